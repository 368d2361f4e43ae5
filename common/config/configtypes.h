// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/configerrors.h"
#include "common/config/tomlreader.h"
#include "common/core/clock.h"
#include "common/core/fingerprint.h"
#include "common/core/ids.h"

#include <QDir>
#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <utility>

/// The types that a row of a key table can have. Each one knows how to describe itself ("seconds, 0 to 600"), how to read a value
/// (an empty answer is good, else "must be …") and how to print it as TOML. Pure but for nothing: no file is touched, no name is
/// resolved.
namespace dtf::config {

/// true or false.
struct Flag
{
    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, bool &out, const QDir &base) const;
    [[nodiscard]] QString print(bool value) const;
};

/// A whole number within [min, max] in `unit`; kept as number · factor (min_disk_free_mb: factor 1,000,000, kept as bytes).
struct Whole
{
    qint64 min = 0;
    qint64 max = 0;
    const char *unit = "";
    qint64 factor = 1;

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString readWhole(const ConfigValue &value, qint64 &out) const;
    [[nodiscard]] QString print(qint64 value) const;
    template <typename T> [[nodiscard]] QString read(const ConfigValue &value, T &out, const QDir &) const
    {
        qint64 wide = 0;
        QString problem = readWhole(value, wide);
        if (problem.isEmpty()) {
            out = static_cast<T>(wide);
        }
        return problem;
    }
};

/// A number, fractions allowed, within [min, max] of `unit`; kept in milliseconds.
struct Duration
{
    double min = 0;
    double max = 0;
    const char *unit = "seconds";
    qint64 unitMs = 1000;

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, milliseconds &out, const QDir &base) const;
    [[nodiscard]] QString print(milliseconds value) const;
};

/// Text of at most 4,096 characters; `pattern`, when given, must match all of it, and `wanted` says so in words.
struct Text
{
    const char *wanted = "text";
    const char *pattern = nullptr;
    bool secret = false; ///< never shown in a message

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QString &out, const QDir &base) const;
    [[nodiscard]] QString print(const QString &value) const;
};

/// A file or folder; a relative one is taken from the configuration file's folder. Kept absolute and clean, with '/'.
struct Path
{
    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QString &out, const QDir &base) const;
    [[nodiscard]] QString print(const QString &value) const;
};

/// An http or https address; `wanted` ends the sentence "must be …". bare: host and port only.
struct Url
{
    bool bare = false;

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QUrl &out, const QDir &base) const;
    [[nodiscard]] QString print(const QUrl &value) const;
};

/// A regular expression of at most 1,000 characters, checked.
struct Pattern
{
    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QRegularExpression &out, const QDir &base) const;
    [[nodiscard]] QString read(const ConfigValue &value, QString &out, const QDir &base) const;
    [[nodiscard]] QString print(const QRegularExpression &value) const;
    [[nodiscard]] QString print(const QString &value) const;
};

/// A worker VM's name.
struct Node
{
    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, NodeName &out, const QDir &base) const;
    [[nodiscard]] QString print(const NodeName &value) const;
};

/// A certificate's SHA-256 fingerprint, "" for none.
struct Certificate
{
    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, Fingerprint &out, const QDir &base) const;
    [[nodiscard]] QString print(const Fingerprint &value) const;
};

/// A list of texts, at most 256.
struct Texts
{
    const char *wanted = "list of texts";
    const char *pattern = nullptr; ///< of each element

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QStringList &out, const QDir &base) const;
    [[nodiscard]] QString read(const ConfigValue &value, QList<QByteArray> &out, const QDir &base) const;
    [[nodiscard]] QString print(const QStringList &value) const;
    [[nodiscard]] QString print(const QList<QByteArray> &value) const;
};

/// A list of whole numbers, at most 256.
struct Wholes
{
    qint64 min = 0;
    qint64 max = 0;

    [[nodiscard]] QString describe() const;
    [[nodiscard]] QString read(const ConfigValue &value, QList<int> &out, const QDir &base) const;
    [[nodiscard]] QString print(const QList<int> &value) const;
};

[[nodiscard]] QString describeChoice(const QStringList &words);
[[nodiscard]] QString mustBe(const QString &what, const ConfigValue &found);

/// One of the words of an enum.
template <typename E> struct Choice
{
    QList<std::pair<E, QString>> words;

    [[nodiscard]] QStringList list() const
    {
        QStringList names;
        for (const auto &[value, word] : words) {
            names.append(word);
        }
        return names;
    }
    [[nodiscard]] QString describe() const { return describeChoice(list()); }
    [[nodiscard]] QString read(const ConfigValue &value, E &out, const QDir &) const
    {
        for (const auto &[candidate, word] : words) {
            if (value.kind == ConfigValue::Kind::Text && value.text == word) {
                out = candidate;
                return {};
            }
        }
        return mustBe(describe(), value);
    }
    [[nodiscard]] QString print(E value) const
    {
        for (const auto &[candidate, word] : words) {
            if (candidate == value) {
                return tomlText(word);
            }
        }
        return {};
    }
};

} // namespace dtf::config
