// SPDX-License-Identifier: GPL-3.0-or-later
// What --check and set-up try of the browser.
#include "agent/agentcheck.h"
#include "agent/browser/browserhome.h"
#include "agent/browser/processes.h"
#include "common/setup/localfacts.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTcpServer>

#ifdef Q_OS_WIN
#include <QSettings>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int versionTimeoutMs = 15'000;
constexpr int ownProfileFrom = 136; ///< from here on Chrome listens for nobody on its default profile

#ifdef Q_OS_WIN

/// chrome.exe prints no version; its folder has one of that name.
QString versionOf(const QString &program)
{
    static const QRegularExpression number(u"^\\d+(\\.\\d+){3}$"_s);
    QString newest;
    const QStringList names = QFileInfo(program).dir().entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &name : names) {
        newest = number.match(name).hasMatch() ? name : newest;
    }
    return newest;
}

bool debuggingForbidden()
{
    for (const QString &who : {u"Google\\Chrome"_s, u"Chromium"_s}) {
        for (const QString &root : {u"HKEY_LOCAL_MACHINE"_s, u"HKEY_CURRENT_USER"_s}) {
            const QSettings policy(u"%1\\Software\\Policies\\%2"_s.arg(root, who), QSettings::NativeFormat);
            if (policy.value(u"RemoteDebuggingAllowed"_s, 1).toInt() == 0) {
                return true;
            }
        }
    }
    return false;
}

#else

QString versionOf(const QString &program)
{
    static const QRegularExpression number(u"\\d+(\\.\\d+){3}"_s); // as every Chrome and Chromium tells it
    QProcess process;
    process.start(program, {u"--version"_s});
    if (!process.waitForFinished(versionTimeoutMs)) {
        process.kill();
        process.waitForFinished(1'000);
        return {};
    }
    return number.match(QString::fromUtf8(process.readAllStandardOutput().left(500))).captured();
}

bool debuggingForbidden()
{
    for (const QString &folder : {u"/etc/opt/chrome/policies/managed"_s, u"/etc/chromium/policies/managed"_s}) {
        const QStringList names = QDir(folder).entryList({u"*.json"_s}, QDir::Files);
        for (const QString &name : names) {
            QFile file(folder + u'/' + name);
            const bool read = file.open(QIODevice::ReadOnly);
            const QJsonObject policy = read ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
            if (policy.value("RemoteDebuggingAllowed"_L1).isBool() && !policy.value("RemoteDebuggingAllowed"_L1).toBool()) {
                return true;
            }
        }
    }
    return false;
}

#endif

CheckRow programRow(const BrowserConfig &browser)
{
    const QString what = u"browser"_s;
    Result<QString> program = browser.program.isEmpty() ? findBrowserProgram() : Result<QString>(browser.program);
    if (program && !QFileInfo(*program).isAbsolute()) {
        program = QStandardPaths::findExecutable(*program);
    }
    if (!program) {
        return isBad(what, program.error().detail, u"install Google Chrome or Chromium"_s);
    }
    if (!QFileInfo(*program).isExecutable()) {
        return isBad(what, u"%1 is not there or can't be run"_s.arg(browser.program),
            u"install it, or leave [browser] program out: then the installed one is found"_s);
    }
    const QString version = versionOf(*program);
    if (version.isEmpty()) {
        return isDoubtful(what, u"%1 does not tell its version"_s.arg(*program), u"look whether that is a Chrome or Chromium"_s);
    }
    return isGood(what,
        u"%1, version %2%3"_s.arg(*program, version,
            version.section(u'.', 0, 0).toInt() >= ownProfileFrom ? u" (needs a profile of its own, which it has)"_s
                                                                  : QString()));
}

bool isEverydayProfile(const QString &folder)
{
    const QString path = QDir::cleanPath(folder).toLower();
    return path.endsWith("/.config/google-chrome"_L1) || path.endsWith("/.config/chromium"_L1)
        || path.endsWith("/chrome/user data"_L1) || path.endsWith("/chromium/user data"_L1);
}

CheckRow portRow(int port, const BrowserHome::LookedUp &living)
{
    const QString what = u"DevTools port"_s;
    if (living.ours) {
        return isGood(what, u"%1, of our own living browser"_s.arg(living.ours->port));
    }
    QTcpServer server;
    if (listenersOn(port, {}).isEmpty() && server.listen(QHostAddress::LocalHost, static_cast<quint16>(port))) {
        return isGood(what, u"%1 is free"_s.arg(port));
    }
    return isDoubtful(what, u"%1 is taken by another program"_s.arg(port),
        u"end that program or set [browser] port: till then the agent uses one from %1 on, which only pipelines that ask for {port} find"_s
            .arg(port + 100));
}

CheckRow profileRow(
    const BrowserConfig &browser, const BrowserHome::LookedUp &living, const std::optional<Account> &account, When when)
{
    const QString what = u"browser profile"_s;
    if (isEverydayProfile(browser.profileDir)) {
        return isBad(what, u"%1 is a person's everyday profile"_s.arg(browser.profileDir),
            u"name a folder of its own: Chrome 136 and later lets no program in there"_s);
    }
    if (!living.blockedBy.isEmpty()) {
        return isBad(what, living.blockedBy, u"close that browser; this profile is the agent's alone"_s);
    }
    if (when == When::Beforehand && !QFileInfo::exists(browser.profileDir)) {
        return isGood(what, u"%1 will be made"_s.arg(browser.profileDir));
    }
    return checkFolder(what, browser.profileDir, account);
}

} // namespace

QList<CheckRow> checkBrowser(
    const BrowserConfig &browser, const QString &stateDir, const std::optional<Account> &account, When when)
{
    QList<CheckRow> rows {programRow(browser)};
    if (debuggingForbidden()) {
        rows.append(isBad(u"browser policy"_s, u"the policy RemoteDebuggingAllowed is off"_s,
            u"have it on for this machine: without it no program may work in the browser"_s));
    } else {
        rows.append(isGood(u"browser policy"_s, u"no policy forbids DevTools"_s));
    }
    const BrowserHome::LookedUp living = BrowserHome(browser, stateDir).lookUp();
    rows.append(portRow(browser.port, living));
    rows.append(profileRow(browser, living, account, when));
#ifdef Q_OS_LINUX
    const bool asRoot = account ? account->user == 0 : ownAccountName() == "root"_L1;
    if (asRoot && !browser.arguments.contains(u"--no-sandbox"_s)) {
        rows.append(isDoubtful(
            u"browser account"_s, u"it would run as root, which it refuses"_s, u"run the agent as an account of its own"_s));
    }
#endif
    return rows;
}

} // namespace dtf
