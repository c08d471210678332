#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mailstack authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs every suite, two at a time, and ends with the line `N passed, N failed, N skipped`.

./check                 everything
./check unit bus        these suites, and what they need built
./check --list          the suites

What a suite prints goes to build-check/logs/SUITE.log. Counted are test cases where a suite has such, else the suite.
"""

import dataclasses
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
WORK = SOURCE / "build-check"
LOGS = WORK / "logs"
PYTEST = "/usr/bin/python3 -m pytest -q -ra -p no:cacheprovider --color=no"
# Unoptimised: with the sanitizers, -O1 takes three times as long to compile as the tests then save.
# Of debug information a report needs lines, no more; with that and lld, linking takes a third.
SANITIZED = "-Db_lundef=false -Dbuildtype=debug -Dcpp_args=-g1 -Dcpp_link_args=-fuse-ld=lld"
IN_PARALLEL = 2


@dataclasses.dataclass
class Suite:
    name: str
    commands: list[str]  # as a person would type them, in the source tree; && between them
    needs: tuple[str, ...] = ()
    title: str = ""
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def meson(name: str, options: str, targets: str = "") -> list[str]:
    directory = WORK / name
    setup = "meson setup" + (" --reconfigure" if (directory / "build.ninja").exists() else "")
    return [f"{setup} {directory} {options}", f"ninja -C {directory} -j2 {targets}"]


def run_meson_tests(name: str, *suites: str) -> str:
    wanted = " ".join(f"--suite {suite}" for suite in suites)
    return f"meson test -C {WORK / name} --no-rebuild --verbose --num-processes 2 {wanted}"


BUILT = {
    "MAILSTACK_BUILD": str(WORK / "build"), "MAILSTACKD": str(WORK / "build/daemon/mailstackd"),
    "MAILSTACKCTL": str(WORK / "build/client/cli/mailstackctl"),
}
SANITIZERS = {"ASAN_OPTIONS": "detect_stack_use_after_return=1", "UBSAN_OPTIONS": "halt_on_error=1"}


def package(release: str) -> Suite:
    return Suite(f"package-{release}", [f"tests/system/package.py {release}"],
                 title=f"the Debian package, built in a clean {release}, lintian")


def system(release: str) -> Suite:
    return Suite(f"system-{release}", [f"{PYTEST} -v tests/system --release {release}"], (f"package-{release}",),
                 title=f"a booted {release} with the package installed")


# In the order in which they are begun: first what is quick, then what others wait for, then the long ones.
SUITES = [
    Suite("format", ["git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror"],
          title="clang-format"),
    Suite("licences", ["reuse lint"], title="reuse lint"),
    Suite("mailpile", [f"{PYTEST} tests/mailpile"], title="the plugin for Mailpile; in Mailpile, where MAILPILE_SRC and MAILPILE_PYTHON are set"),
    Suite("layers", [".ci/layers.py"], title="includes point downwards only"),
    package("bookworm"),
    # Eight files at a time: a quarter of the time. That each stands by itself is what `apart` and `threads` are for.
    Suite("build", meson("build", f"-Dwerror=true --unity=on -Dunity_size=8 -Db_sanitize=address,undefined {SANITIZED}"),
          title="all targets with ASan and UBSan, warnings as errors"),
    package("trixie"),
    system("bookworm"),
    Suite("unit", [run_meson_tests("build", "unit")], ("build",), "unit tests, sanitized", SANITIZERS),
    Suite("bus", [f"{PYTEST} tests/bus tests/unit"], ("build",),
          "the sanitized daemon in a sandbox, a mock polkit; the client", BUILT | SANITIZERS),
    system("trixie"),
    Suite("crash", [run_meson_tests("build", "crash")], ("build",), "every crash state on the model disk"),
    # Left out: glibc looks names up on a thread of its own making, of which TSan knows nothing, and ends.
    Suite("threads", [*meson("tsan", f"-Dwerror=true -Db_sanitize=thread {SANITIZED}", "tests/unit/unit-engine"), f"{WORK}/tsan/tests/unit/unit-engine -tce='a literal needs no resolver*'"],
          title="the writer under TSan", environment={"TSAN_OPTIONS": "halt_on_error=1"}),
    Suite("apart", [meson("apart", "-Dwerror=true")[0], f".ci/apart.py {WORK}/apart"], title="each file compiles by itself"),
    Suite("differential", [f"{PYTEST} tests/differential"], ("build",), "against newaliases and sendmail -bv", BUILT),
    Suite("fuzz", [f"tests/fuzz/run 60 {WORK}/fuzz"], title="libFuzzer, 60 s"),
]


@dataclasses.dataclass
class Result:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0  # what a booted machine took is not in it
    skips: tuple[str, ...] = ()


def count(text: str, code: int) -> Result:
    """Test cases, as doctest and pytest tell them; a suite that has none is one."""
    result = Result()
    for passed, failed, skipped in re.findall(r"test cases:\s+\d+ \|\s+(\d+) passed \|\s+(\d+) failed \|\s+(\d+) skipped", text):
        result = Result(result.passed + int(passed), result.failed + int(failed), result.skipped + int(skipped))
    for line in re.findall(r"^(?:=+ )?((?:\d+ \w+,? ?)+)in [\d.]+s", text, re.MULTILINE):
        numbers = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", line)}
        result.passed += numbers.get("passed", 0)
        result.failed += numbers.get("failed", 0) + numbers.get("error", 0) + numbers.get("errors", 0)
        result.skipped += numbers.get("skipped", 0)
    result.skips = tuple(re.findall(r"^(\S+::\S+) SKIPPED", text, re.MULTILINE))
    if code != 0:
        result.failed = max(result.failed, 1)
    elif result.passed + result.failed + result.skipped == 0:
        result.passed = 1
    return result


def run(suite: Suite) -> Result:
    began = time.monotonic()
    path = LOGS / f"{suite.name}.log"
    with open(path, "w") as log:
        script = " && ".join(f"{{ {command}\n}}" for command in suite.commands)
        log.write("".join(f"$ {command}\n" for command in suite.commands) + "\n")
        log.flush()
        process = subprocess.Popen(["bash", "-o", "pipefail", "-c", script], cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log, env={**os.environ, "LC_ALL": "C.UTF-8", **suite.environment})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    result = count(path.read_text(errors="replace"), process.returncode)
    result.seconds = time.monotonic() - began
    result.processor_seconds = usage.ru_utime + usage.ru_stime
    return result


def cannot_boot() -> str:
    probe = subprocess.run([SOURCE / "tests/system/machine.py", "why-not"], capture_output=True, text=True)
    return probe.stdout.strip()


def with_needs(names: list[str]) -> list[Suite]:
    by_name = {suite.name: suite for suite in SUITES}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        sys.exit(f"no such suite: {', '.join(unknown)} (./check --list)")
    wanted = set(names) | {need for name in names for need in by_name[name].needs}
    return [suite for suite in SUITES if suite.name in wanted]


def run_all(suites: list[Suite]) -> dict[str, Result]:
    """Each suite once what it needs has passed; what needs something that failed fails too."""
    results: dict[str, Result] = {}
    waiting, running = list(suites), 0
    done: queue.Queue = queue.Queue()

    def work(suite: Suite) -> None:
        try:
            done.put((suite, run(suite)))
        except Exception as error:  # a suite that cannot even be begun has failed
            (LOGS / f"{suite.name}.log").write_text(repr(error))
            done.put((suite, Result(failed=1)))

    def settle(suite: Suite, result: Result) -> None:
        results[suite.name] = result
        word = "FAILED" if result.failed else "ok"
        print(f"{suite.name:18} {word:7} {result.passed:6} passed {result.failed:4} failed {result.skipped:4} skipped "
              f"{result.seconds:6.0f} s {result.processor_seconds:6.0f} s CPU   {suite.title}", flush=True)

    while waiting or running:
        for suite in list(waiting):
            broken = [need for need in suite.needs if need in results and results[need].failed]
            if broken:
                waiting.remove(suite)
                (LOGS / f"{suite.name}.log").write_text(f"not run: {', '.join(broken)} failed\n")
                settle(suite, Result(failed=1))
            elif running < IN_PARALLEL and all(need in results for need in suite.needs):
                waiting.remove(suite)
                running += 1
                threading.Thread(target=work, args=(suite,)).start()
        if running:
            suite, result = done.get()
            running -= 1
            settle(suite, result)
    return results


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(__doc__)
        return 0
    if "--list" in words:
        print("\n".join(f"{suite.name:18} {suite.title}" for suite in SUITES))
        return 0
    suites = with_needs(words) if words else SUITES
    LOGS.mkdir(parents=True, exist_ok=True)
    reason = cannot_boot()
    if reason:
        print(f"no machine can be booted here ({reason}): the system tests are skipped")
    began = time.monotonic()
    results = run_all(suites)
    total = [sum(getattr(result, field) for result in results.values()) for field in ("passed", "failed", "skipped")]
    for name, result in results.items():
        for skip in result.skips:
            print(f"skipped: {name}: {skip}")
        if result.failed:
            print(f"\n== {name} failed, the end of {LOGS / (name + '.log')}:")
            print("\n".join((LOGS / f"{name}.log").read_text(errors="replace").splitlines()[-25:]))
    print(f"\nin {time.monotonic() - began:.0f} s")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
