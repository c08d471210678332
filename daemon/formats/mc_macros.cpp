// SPDX-FileCopyrightText: 2026 The mailstack authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "formats/mc_macros.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace mailstack {
namespace {

using Word = std::string_view;

constexpr std::array bare_builtins{
    Word("__file__"),  Word("__gnu__"),     Word("__line__"),  Word("__program__"), Word("__unix__"),
    Word("changecom"), Word("changequote"), Word("debugfile"), Word("debugmode"),   Word("divert"),
    Word("divnum"),    Word("dnl"),         Word("dumpdef"),   Word("m4exit"),      Word("sysval"),
    Word("traceoff"),  Word("traceon"),     Word("undivert")};

constexpr std::array builtins_with_arguments{
    Word("builtin"),  Word("decr"),   Word("define"),   Word("defn"),    Word("errprint"), Word("esyscmd"),
    Word("eval"),     Word("format"), Word("ifdef"),    Word("ifelse"),  Word("include"),  Word("incr"),
    Word("index"),    Word("indir"),  Word("len"),      Word("m4wrap"),  Word("maketemp"), Word("mkstemp"),
    Word("patsubst"), Word("popdef"), Word("pushdef"),  Word("regexp"),  Word("shift"),    Word("sinclude"),
    Word("substr"),   Word("syscmd"), Word("translit"), Word("undefine")};

constexpr std::array sections{Word("LOCAL_CLT_FEATURES"), Word("LOCAL_CONFIG"),
                              Word("LOCAL_DNSBL"),        Word("LOCAL_NET_CONFIG"),
                              Word("LOCAL_RULESETS"),     Word("LOCAL_RULE_0"),
                              Word("LOCAL_RULE_1"),       Word("LOCAL_RULE_2"),
                              Word("LOCAL_RULE_3"),       Word("LOCAL_SRV_FEATURES"),
                              Word("LOCAL_TLS_CLIENT"),   Word("LOCAL_TLS_RCPT"),
                              Word("LOCAL_TLS_SERVER"),   Word("LOCAL_TRY_TLS"),
                              Word("LOCAL_UUCP"),         Word("MAILER"),
                              Word("MAILER_DEFINITIONS")};

constexpr std::array other_cf_macros{Word("CANONIFY_DOMAIN"),
                                     Word("CANONIFY_DOMAIN_FILE"),
                                     Word("CLIENT_OPTIONS"),
                                     Word("CONCAT"),
                                     Word("DAEMON_OPTIONS"),
                                     Word("DOL"),
                                     Word("DOMAIN"),
                                     Word("EXPOSED_USER"),
                                     Word("EXPOSED_USER_FILE"),
                                     Word("FEATURE"),
                                     Word("GENERICS_DOMAIN"),
                                     Word("GENERICS_DOMAIN_FILE"),
                                     Word("HACK"),
                                     Word("INPUT_MAIL_FILTER"),
                                     Word("LDAPROUTE_DOMAIN"),
                                     Word("LDAPROUTE_DOMAIN_FILE"),
                                     Word("LDAPROUTE_EQUIVALENT"),
                                     Word("LDAPROUTE_EQUIVALENT_FILE"),
                                     Word("LOCAL_DOMAIN"),
                                     Word("LOCAL_USER"),
                                     Word("LOCAL_USER_FILE"),
                                     Word("MAIL_FILTER"),
                                     Word("MASQUERADE_AS"),
                                     Word("MASQUERADE_DOMAIN"),
                                     Word("MASQUERADE_DOMAIN_FILE"),
                                     Word("MASQUERADE_EXCEPTION"),
                                     Word("MASQUERADE_EXCEPTION_FILE"),
                                     Word("MODIFY_MAILER_FLAGS"),
                                     Word("OSTYPE"),
                                     Word("POPDIVERT"),
                                     Word("PUSHDIVERT"),
                                     Word("QUEUE_GROUP"),
                                     Word("RELAY_DOMAIN"),
                                     Word("RELAY_DOMAIN_FILE"),
                                     Word("SITE"),
                                     Word("SITECONFIG"),
                                     Word("TRUST_AUTH_MECH"),
                                     Word("UUCPSMTP"),
                                     Word("VERSIONID"),
                                     Word("VIRTUSER_DOMAIN"),
                                     Word("VIRTUSER_DOMAIN_FILE"),
                                     Word("lower"),
                                     Word("strcasecmp")};

constexpr std::array settings{Word("ALIAS_FILE"), Word("CF_LEVEL"), Word("DATABASE_MAP_TYPE"),
                              Word("MAIL_SETTINGS_DIR"), Word("TEMPFILE")};

/// Features whose maps have a default type and a default place.
constexpr std::array map_features{
    Word("access_db"), Word("authinfo"),      Word("bcc"),         Word("bitdomain"),  Word("domaintable"),
    Word("drac"),      Word("genericstable"), Word("mailertable"), Word("uucpdomain"), Word("virtusertable")};

constexpr std::array<std::pair<Word, Word>, 15> readers{{
    {"dnsbl", "DNSBL_MAP"},
    {"dnsbl", "DNSBL_MAP_OPT"},
    {"enhdnsbl", "EDNSBL_TO"},
    {"local_lmtp", "confEBINDIR"},
    {"local_procmail", "PROCMAIL_MAILER_PATH"},
    {"msp", "MSP_QUEUE_DIR"},
    {"msp", "STATUS_FILE"},
    {"msp", "confPID_FILE"},
    {"msp", "confRUN_AS_USER"},
    {"msp", "confTRUSTED_USER"},
    {"mtamark", "MTAMARK_TO"},
    {"nullclient", "confFROM_HEADER"},
    {"preserve_luser_host", "LUSER_RELAY"},
    {"smrsh", "confEBINDIR"},
    {"sts", "NO_SAN_TST"},
}};

/// What the names that a mailer's file reads begin with.
constexpr std::array<std::pair<Word, Word>, 22> mailer_prefixes{{
    {"cyrus", "CYRUS_MAILER_"},   {"cyrus", "CYRUS_BB_MAILER_"},    {"cyrusv2", "CYRUSV2_MAILER_"},
    {"fax", "FAX_MAILER_"},       {"local", "LOCAL_MAILER_"},       {"local", "LOCAL_PROG_"},
    {"local", "LOCAL_SHELL_"},    {"mail11", "MAIL11_MAILER_"},     {"phquery", "PH_MAILER_"},
    {"pop", "POP_MAILER_"},       {"procmail", "PROCMAIL_MAILER_"}, {"qpage", "QPAGE_MAILER_"},
    {"smtp", "SMTP_MAILER_"},     {"smtp", "ESMTP_MAILER_"},        {"smtp", "SMTP8_MAILER_"},
    {"smtp", "DSMTP_MAILER_"},    {"smtp", "RELAY_MAILER_"},        {"ssh", "SSH_MAILER_"},
    {"usenet", "USENET_MAILER_"}, {"uucp", "UUCP_MAILER_"},         {"uucp", "UUCP_MAX_SIZE"},
    {"xagent", "XAGENT_MAILER_"},
}};

static_assert(std::is_sorted(bare_builtins.begin(), bare_builtins.end()) &&
              std::is_sorted(builtins_with_arguments.begin(), builtins_with_arguments.end()) &&
              std::is_sorted(sections.begin(), sections.end()) &&
              std::is_sorted(other_cf_macros.begin(), other_cf_macros.end()) &&
              std::is_sorted(settings.begin(), settings.end()) &&
              std::is_sorted(map_features.begin(), map_features.end()) &&
              std::is_sorted(readers.begin(), readers.end()));

template <typename List, typename Element>
bool holds(const List& list, const Element& element) noexcept {
    return std::binary_search(list.begin(), list.end(), element);
}

}  // namespace

bool is_m4_builtin(std::string_view word) noexcept {
    return holds(bare_builtins, word) || needs_parenthesis(word);
}
bool needs_parenthesis(std::string_view word) noexcept {
    return holds(builtins_with_arguments, word);
}
bool is_cf_macro(std::string_view word) noexcept {
    return holds(other_cf_macros, word) || begins_section(word);
}
bool is_cf_setting(std::string_view word) noexcept {
    const bool conf = word.starts_with("conf") && word.size() > 4 && word[4] >= 'A' && word[4] <= 'Z';
    const bool internal =
        word.size() > 2 && word[0] == '_' && (word[1] == '_' || (word[1] >= 'A' && word[1] <= 'Z'));
    return conf || internal || holds(settings, word);
}
bool begins_section(std::string_view macro) noexcept {
    return holds(sections, macro);
}
bool has_mailers(std::string_view feature) noexcept {
    return feature == "nullclient" || feature == "msp";
}
bool is_repeatable(std::string_view feature) noexcept {
    return feature == "dnsbl" || feature == "enhdnsbl" || feature == "rhsbl";
}

bool feature_reads(std::string_view feature, std::string_view name) noexcept {
    return holds(readers, std::pair(feature, name)) ||
           ((name == "DATABASE_MAP_TYPE" || name == "MAIL_SETTINGS_DIR") && holds(map_features, feature));
}
bool mailer_reads(std::string_view mailer, std::string_view name) noexcept {
    return std::any_of(mailer_prefixes.begin(), mailer_prefixes.end(),
                       [&](const auto& row) { return row.first == mailer && name.starts_with(row.second); });
}

}  // namespace mailstack
