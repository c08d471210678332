// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// clang-format off
/// sendmail.mc, losslessly: print(parse(bytes)) == bytes for any bytes; an edit touches its own statement only.
///
///     file      = *statement
///     statement = call / dnl / comment / quoted / text
///     call      = name [ "(" [ argument *( "," argument ) ] ")" ]   ; no white space before the "("
///     argument  = *white-space *( quoted / comment / dnl / "(" *any ")" / call / other )
///     quoted    = "`" *( quoted / other ) "'"
///     dnl       = "dnl" [ "(" arguments ")" ] to the end of the line
///     comment   = "#" to the end of the line       ; only before the include of cf.m4, which ends comments
///     name      = a macro of m4 or cf, or one that the file defines itself; or, at the beginning of a line
///                 and with arguments, anything in capitals (the macro of an included file)
///
/// Everything is m4: text after LOCAL_CONFIG, lines that begin with "#" and what follows divert(-1) are read
/// for macros as well. Where no include of cf.m4 is in the file, it is read as after it (`m4 cf.m4 x.mc`).
///
/// Statements are in the order of cf/README: VERSIONID, OSTYPE, DOMAIN, FEATURE, local macro definitions,
/// MAILER, LOCAL_CONFIG, LOCAL_RULE_*, LOCAL_RULESETS. Names that a FEATURE reads are defined before it.
///
/// Source of fact: the GNU m4 1.4 manual and its measured behaviour; sendmail's cf/README and cf/m4/cfhead.m4.
// clang-format on
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/mc_scan.hpp"
#include "formats/mc_value.hpp"

namespace mailstack {

/// What a name is defined as at the end of the file, as far as the file itself tells.
struct McDefinition {
    std::string value;
    bool literal;      ///< false where macros in `value` (as written) are yet to be expanded
    std::size_t line;  ///< 1-based
};

/// One DAEMON_OPTIONS call: its key=value pairs in order, white space around both gone.
struct McDaemonOptions {
    std::vector<std::pair<std::string, std::string>> pairs;
    std::size_t line;
    /// The value of the key that begins with this letter (sendmail looks at no more), or "".
    std::string value(char letter) const;
};

struct McInclude {
    std::string path;
    std::size_t line;
    bool optional;  ///< sinclude: no error where the file is absent
};

class McFile {
  public:
    McFile();  ///< the empty file
    /// Never fails: what cannot be read is kept, and problems() tells where.
    static McFile parse(std::string text);
    ~McFile();
    McFile(const McFile&);
    McFile& operator=(const McFile&);
    McFile(McFile&&) noexcept;
    McFile& operator=(McFile&&) noexcept;

    enum class System { Debian, Linux };
    struct Fresh {
        System system = System::Linux;
        std::string cf_directory = "/usr/share/sendmail/cf";  ///< where m4/cf.m4 is
        /// Debian: its settings for TLS and SASL, /etc/mail/tls/starttls.m4 and /etc/mail/sasl/sasl.m4, those
        /// of the two that exist (m4 stops at one that does not).
        std::vector<std::string> includes{};
    };
    /// A new file for a system that has none: with its OSTYPE (and Debian's DOMAIN) and the mailers local and
    /// smtp. Throws Error{InvalidArgument} for a path that is no McValue.
    static McFile fresh(const Fresh& wanted);

    const std::string& print() const noexcept;  ///< the whole file, byte for byte
    const std::vector<McStatement>& statements() const noexcept;
    const std::vector<McProblem>& problems() const noexcept;  ///< by line
    /// Whether the whole file could be read. Edits of one that could not throw Error{Unsupported}.
    bool readable() const noexcept;

    /// The calls of `name`, in order, wherever m4 makes them (in a divert(-1) too). Valid as long as this
    /// file.
    std::vector<const McStatement*> calls(std::string_view name) const;
    /// The definition of `name` that holds at the end; nothing where it has none or undefine took it away.
    /// Defines inside the arguments of other calls (ifdef, ifelse) are not followed: see may_define().
    std::optional<McDefinition> defined(std::string_view name) const;
    /// Whether a define or undefine of `name` stands anywhere, in quoted arguments too: in an include for
    /// which this is true, it may be that the value is set there.
    bool may_define(std::string_view name) const;
    bool has_feature(std::string_view name) const;
    /// The last call's arguments after the name; nothing where there is none.
    std::optional<std::vector<std::string>> feature(std::string_view name) const;
    std::optional<std::string> ostype() const;  ///< the last call's argument
    std::optional<std::string> domain() const;  ///< the last call's argument
    std::vector<std::string> mailers() const;   ///< in order
    std::vector<McDaemonOptions> daemon_options() const;
    std::vector<McInclude> includes() const;  ///< include and sinclude, that of cf.m4 too

    // Edits. Each returns the edited file, or the same bytes where nothing is to be done: the same edit again
    // changes nothing. What `dnl` has commented out is left alone. All throw Error{Unsupported} where the
    // file is not readable() or where the edit would make m4 read another statement in another way, and
    // Error{InvalidArgument} for a name that would replace one of cf's own macros.

    /// Defines `name` as `value`: in the define that holds now, or by a new one before the first MAILER, and
    /// before a FEATURE that reads it. `set_by`: paths of includes in this file that set the name themselves
    /// (the caller has read them): the define must come after them.
    McFile with_define(const McName& name, const McValue& value,
                       const std::vector<std::string>& set_by = {}) const;
    /// Removes each define of `name`, with its line where nothing else is on it.
    McFile without_define(const McName& name) const;
    /// FEATURE(`name', ...) with exactly these arguments, once: those of the last call are replaced. Of a
    /// feature that is called once for each list (dnsbl, enhdnsbl), the first argument tells which.
    McFile with_feature(const McName& name, const std::vector<McValue>& arguments = {}) const;
    McFile without_feature(const McName& name) const;
    McFile with_mailer(const McName& name) const;
    McFile without_mailer(const McName& name) const;
    /// A DAEMON_OPTIONS that has the same Name is replaced. `options` is McValue::equates() with a Name; else
    /// throws Error{InvalidArgument}.
    McFile with_daemon_options(const McValue& options) const;
    McFile without_daemon_options(const McName& name) const;
    /// `name`(arguments) of a macro of cf that is not a section, FEATURE or MAILER. Of OSTYPE, DOMAIN,
    /// VERSIONID and MASQUERADE_AS there is one, of a mail filter and of HACK one for each first argument:
    /// its arguments are replaced. All others (TRUST_AUTH_MECH, EXPOSED_USER, ...) add up.
    McFile with_call(const McName& name, const std::vector<McValue>& arguments) const;
    McFile without_call(const McName& name, const std::vector<McValue>& arguments) const;
    /// include(`path'), after all settings that are there.
    McFile with_include(const McValue& path) const;
    /// The same after everything that is there, the mailers too.
    McFile with_last_include(const McValue& path) const;
    McFile without_include(const McValue& path) const;

  private:
    struct State;
    explicit McFile(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

}  // namespace mailstack
