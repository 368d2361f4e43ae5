// SPDX-License-Identifier: GPL-3.0-or-later
#include "places.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

namespace crashshim {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isUpperOrDigit(char c)
{
    return isDigit(c) || (c >= 'A' && c <= 'Z');
}

bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f');
}

bool isAlnum(char c)
{
    return isUpperOrDigit(c) || (c >= 'a' && c <= 'z');
}

template <typename Is> std::size_t run(std::string_view text, Is is)
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is) - text.begin());
}

bool isDay(std::string_view text)
{
    constexpr std::string_view form = "dddd-dd-dd";
    return text.size() >= form.size()
        && std::equal(form.begin(), form.end(), text.begin(), [](char f, char c) { return f == 'd' ? isDigit(c) : f == c; });
}

} // namespace

std::string normalised(std::string_view path)
{
    std::string out;
    for (std::size_t at = 0; at < path.size();) {
        const std::string_view rest = path.substr(at);
        const bool begins = at == 0 || !isAlnum(path[at - 1]);
        if (begins && run(rest, isUpperOrDigit) == 26) { // a ULID
            out += 'J';
            at += 26;
        } else if (begins && run(rest, isHexDigit) == 16) { // the write probe's
            out += 'R';
            at += 16;
        } else if (begins && isDay(rest)) {
            out += 'D';
            at += 10;
        } else if (rest.starts_with(".e") && run(rest.substr(2), isDigit) > 0) {
            out += ".eN";
            at += 2 + run(rest.substr(2), isDigit);
        } else if (rest.starts_with(".b") && run(rest.substr(2), isAlnum) >= 8) {
            out += ".bB";
            at += 2 + run(rest.substr(2), isAlnum);
        } else if (rest.starts_with(".tmp-")) {
            out += ".tmp-R";
            at += 5 + run(rest.substr(5), isAlnum);
        } else if (rest.starts_with(".json.") && run(rest.substr(6), isAlnum) == 6) { // QSaveFile's
            out += ".json.R";
            at += 12;
        } else {
            out += rest.front();
            ++at;
        }
    }
    return out;
}

std::string pathOf(int fd)
{
    std::array<char, 64> link {};
    std::array<char, PATH_MAX> target {};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    const ssize_t got = ::readlink(link.data(), target.data(), target.size());
    return got > 0 && target[0] == '/' ? std::string(target.data(), static_cast<std::size_t>(got)) : std::string();
}

std::string absolute(int dirfd, const char *path)
{
    if (path == nullptr || *path == '\0') {
        return pathOf(dirfd);
    }
    if (*path == '/') {
        return path;
    }
    std::string folder;
    if (dirfd == AT_FDCWD) {
        std::array<char, PATH_MAX> here {};
        folder = ::getcwd(here.data(), here.size()) != nullptr ? here.data() : "";
    } else {
        folder = pathOf(dirfd);
    }
    return std::string_view(path) == "." ? folder : folder + '/' + path;
}

} // namespace crashshim
