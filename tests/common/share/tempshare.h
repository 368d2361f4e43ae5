// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/localsharefs.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

/// A fresh, initialised share on the local disk, with one node; gone at the end of the test.
class TempShare
{
public:
    TempShare()
        : m_fs(root(), timing())
    {
        if (!m_fs.initialise({node()})) {
            qFatal("can't make a share in %s", qUtf8Printable(root()));
        }
    }
    [[nodiscard]] static dtf::ShareTiming timing() { return {dtf::milliseconds(0), dtf::milliseconds(0)}; }
    [[nodiscard]] static dtf::NodeName node() { return *dtf::NodeName::parse("DTF-01"); }
    [[nodiscard]] QString root() const { return m_dir.filePath(QStringLiteral("share")); }
    [[nodiscard]] QString local(const char *name) const { return m_dir.filePath(QLatin1StringView(name)); }
    [[nodiscard]] QString path(const QByteArray &sharePath) const
    {
        return root() + QLatin1Char('/') + QString::fromUtf8(sharePath);
    }
    dtf::LocalShareFs *operator->() { return &m_fs; }

    /// What a producer or a person would do, past our own code.
    void put(const QByteArray &sharePath, const QByteArray &content) const { write(path(sharePath), content); }
    static void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
            qFatal("can't write %s", qUtf8Printable(path));
        }
    }
    [[nodiscard]] static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(missing)");
    }

private:
    struct Dir : QTemporaryDir
    {
        Dir() { QDir(path()).mkdir(QStringLiteral("share")); }
    };
    Dir m_dir;
    dtf::LocalShareFs m_fs;
};
