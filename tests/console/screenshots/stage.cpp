// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/stage.h"

#include "console/models/filesmodel.h"
#include "console/views/filesview.h"
#include "console/views/logview.h"

#include <QCryptographicHash>
#include <QDockWidget>
#include <QSettings>
#include <QTableView>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr char token[] = "operator-token-0123456789abcdef";
constexpr int patienceMs = 60'000;

} // namespace

Stage::Stage(Scenery scenery, ThemeKind theme, QSize size)
{
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    QSettings settings;
    settings.setValue(u"theme"_s, toString(theme));
    settings.sync();
    m_access.add({Role::Operator, u"anna"_s, {}}, QCryptographicHash::hash(token, QCryptographicHash::Sha256));
    StoreSnapshot before;
    auto opened = SqliteStore::open(m_folder.filePath(u"dtf.sqlite"_s), &before);
    if (!opened) {
        qFatal("the store can't be opened: %s", qUtf8Printable(opened.error().detail));
    }
    m_store = std::move(*opened);
    m_fleet = std::make_unique<ScriptedFleet>(*m_store, std::move(scenery));
    ApiConfig config;
    config.port = 0;
    m_server = std::make_unique<ApiServer>(*m_fleet, m_access, config, m_clock);
    m_port = m_server->listen().value_or(0);
    m_console = std::make_unique<ConsoleApp>();
    window().resize(size);
    window().move(0, 0);
    window().show();
    window().activateWindow(); // where no window manager does it
}

bool Stage::begin()
{
    m_console->connectTo({u"PROD"_s, QUrl(u"http://127.0.0.1:%1"_s.arg(m_port)), token});
    const FilesModel *model = window().files()->model();
    return m_fleet->isReady() && waitFor([&] { return model->isKnown() && window().isActiveWindow(); });
}

bool Stage::breakOff()
{
    m_server.reset();
    return waitFor([&] { return m_console->store().freshness() == Freshness::Gone; });
}

bool Stage::playLog()
{
    const LogModel *shown = window().log()->model();
    const qsizetype wanted = scenery().liveLog.size();
    // A wish to listen has no answer: it is played until it is heard.
    return waitFor([&] {
        if (shown->kept() >= wanted) {
            return true;
        }
        for (const LogLines &lines : scenery().liveLog) {
            m_server->publisher().publishLog(lines);
        }
        return false;
    });
}

QTableView *Stage::files()
{
    return window().files()->table();
}

bool Stage::chooseFile(const std::function<bool(const JobView &)> &wanted)
{
    const FilesModel *model = window().files()->model();
    return waitFor([&] {
        for (int row = 0; row < model->rowCount(); ++row) {
            if (wanted(*model->jobAt(row))) {
                files()->setCurrentIndex(model->index(row, 0));
                files()->setFocus();
                return true;
            }
        }
        return false;
    });
}

void Stage::raise(const char *dock)
{
    auto *found = window().findChild<QDockWidget *>(QString::fromLatin1(dock));
    if (!found) {
        qFatal("there is no dock %s", dock);
    }
    found->show();
    found->raise();
}

bool Stage::waitFor(const std::function<bool()> &what)
{
    return QTest::qWaitFor(what, patienceMs);
}

} // namespace dtf
