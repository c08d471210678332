// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/// For builds with the address sanitizer. libdb 5.3 leaks a cursor of its own (1.2 KB) whenever DB->verify
/// finds a file torn; only that is let pass, and to recognise it allocations need their whole call stack.
extern "C" const char* __asan_default_options();
extern "C" const char* __lsan_default_suppressions();

const char* __asan_default_options() {
    return "fast_unwind_on_malloc=0";
}
const char* __lsan_default_suppressions() {
    return "leak:__db_vrfy_dbinfo_create\n";
}
