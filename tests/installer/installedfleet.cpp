// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/installer/installedfleet.h"

#include "tests/support/historycheck.h"

#include <QFile>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString shareThere = u"/data/dispatch"_s; ///< not below /srv, /mnt or /media
const QString freshTokens = u"/etc/dtf/fresh-tokens/"_s;

} // namespace

void dropInto(const QString &incoming, const SampleFile &file)
{
    const QByteArray hidden = QFile::encodeName(incoming + u"/.producer.part"_s);
    const QByteArray name = QFile::encodeName(incoming) + '/' + file.name;
    QFile out(QFile::decodeName(hidden));
    const bool written = out.open(QIODevice::WriteOnly) && out.write(file.content) == file.content.size();
    out.close();
    if (!written || ::link(hidden.constData(), name.constData()) != 0 || ::unlink(hidden.constData()) != 0) {
        qFatal("%s can't be put into incoming", name.constData());
    }
}

InstalledFleet::InstalledFleet(Machine &machine)
    : m_machine(machine)
    , m_portal(machine.shared())
    , m_share(machine.shared(u"share"_s).toStdString())
{ }

bool InstalledFleet::inOrder(const Machine::Outcome &outcome)
{
    m_problem = outcome.output;
    return outcome.good();
}

bool InstalledFleet::setUpOrchestrator()
{
    if (!m_portal.start()) {
        m_problem = u"the portal did not start"_s;
        return false;
    }
    Settings quick; // written by hand before: `setup` keeps what it does not ask for
    quick.set("share", "cache_seconds", 0);
    quick.set("share", "rescan_seconds", 0.5);
    quick.set("intake", "stable_seconds", 0.3);
    quick.set("liveness", "heartbeat_seconds", 1);
    for (const char *node : {"DTF-01", "DTF-02"}) {
        quick.append(QByteArray("[[node]]\nname = \"") + node + "\"\nmin_disk_free_mb = 10\n");
    }
    if (!m_machine.write(u"/etc/dtf/orchestrator.toml"_s, quick.toToml())
        || !inOrder(m_machine.shell(
            u"cd /srv/dtf; install -d -m 2770 -g dtf share ledger; mkdir -p %1; mount --bind share %1; "
            "printf '#!/bin/sh\necho \"$DTF_JOB $DTF_ATTEMPT $DTF_NODE\" >>/srv/dtf/ledger/starts\nexec \"$@\"\n' >ledger/start; "
            "chmod 755 ledger/start"_s.arg(shareThere)))) {
        return false;
    }
    const bool isSetUp = inOrder(m_machine.shell(
        u"dtf-orchestrator setup --yes --replace --user dtf-orchestrator --share %1 --host dtf-machine --operator anna --node DTF-01 --node DTF-02"_s
            .arg(shareThere),
        seconds(240)));
    QFile token(m_machine.path(freshTokens + u"operator-anna.token"_s));
    if (isSetUp && token.open(QIODevice::ReadOnly)) {
        m_api = std::make_unique<ApiClient>(3000, token.readAll().trimmed());
    }
    return isSetUp && m_api;
}

Machine::Outcome InstalledFleet::as(const QString &user, const QString &script)
{
    return m_machine.run({u"runuser"_s, u"-u"_s, user, u"--"_s, u"bash"_s, u"-euc"_s,
                             u"export XDG_RUNTIME_DIR=/run/user/$(id -u) DISPLAY=:50; cd ~; "_s + script},
        seconds(240));
}

bool InstalledFleet::setUpAgent(const QString &user)
{
    const bool isSystems = user.isEmpty();
    const QString node = isSystems ? u"DTF-01"_s : u"DTF-02"_s;
    const QString folder = isSystems ? u"/etc/dtf/"_s : u"/home/%1/.config/dtf/"_s.arg(user);
    const QString owner = isSystems ? u"dtf-agent"_s : user;
    Settings quick;
    quick.set("node", "min_disk_free_mb", 10);
    quick.set("share", "cache_seconds", 0);
    quick.set("share", "rescan_seconds", 0.5);
    quick.set("pipeline", "side_effects", "after-marker");
    quick.set("pipeline", "marker", "^UPLOAD BEGIN");
    quick.set("pipeline", "rerun_exit_codes", QList<int> {10, 11, 12});
    quick.set("pipeline", "result_json", "*.log.json");
    quick.set("pipeline", "result_field", "processedRowCount");
    if (!m_machine.write(folder + u"agent.toml"_s, quick.toToml(), owner + u": 640"_s)
        || !inOrder(
            m_machine.shell(u"install -m 600 -o %1 %2node-%3.token %4agent.token"_s.arg(owner, freshTokens, node, folder)))) {
        return false;
    }
    const QString setup =
        u"dtf-agent setup --yes --replace %1 --name %2 --share %3 --orchestrator http://127.0.0.1:3000 --port %4 --portal %5/ "
        "--login-pattern /login --browser-argument=--disable-background-networking --browser-argument=--disable-component-update "
        "--browser-argument=--disable-sync "
        "--pipeline '/srv/dtf/ledger/start node /opt/demo/pipeline/pipeline.js {file} --portal %5'"_s.arg(
            isSystems ? u"--user dtf-agent"_s : u"--config %1agent.toml"_s.arg(folder), node, shareThere,
            isSystems ? u"9222"_s : u"9322"_s, m_portal.url());
    return inOrder(isSystems ? m_machine.shell(setup, seconds(240)) : as(user, setup));
}

QList<SampleFile> InstalledFleet::samples(int count)
{
    const QList<SampleFile> files = makeSamples(m_machine.shared(), count, u"seed%1"_s.arg(++m_samples));
    if (files.size() != count) {
        qFatal("the sample generator failed");
    }
    return files;
}

void InstalledFleet::drop(const SampleFile &file)
{
    dropInto(m_machine.shared(u"share/incoming"_s), file);
    m_dropped.append(file);
}

QList<qint64> InstalledFleet::browser(const QByteArray &state) const
{
    QList<qint64> mains;
    for (const qint64 pid : m_machine.processes("--user-data-dir=" + state + "/chrome-profile")) {
        QFile command(u"/proc/%1/cmdline"_s.arg(pid));
        if (command.open(QIODevice::ReadOnly) && !command.readAll().contains("--type=")) {
            mains.append(pid);
        }
    }
    return mains;
}

/// U1 to U5 of an installation at rest.
QStringList InstalledFleet::complaints()
{
    QStringList wrong = m_share.tokenComplaints() + m_share.manifestComplaints();
    for (const SampleFile &file : m_dropped) {
        const QString name = QString::fromUtf8(file.name);
        const QList<PlacedToken> tokens = m_share.tokensOf(file.name);
        if (tokens.size() != 1 || sha256Hex(m_share.contentOf(tokens.first().path + '/' + file.name)) != file.sha256) {
            wrong += u"%1 is not there once as it was"_s.arg(name);
        }
        if (const qsizetype uploads = m_portal.uploadsOf(file.sha256); uploads != 1) {
            wrong += u"%1 was uploaded %2 times"_s.arg(name).arg(uploads);
        }
    }
    if (!m_share.incoming().isEmpty()) {
        wrong += u"something is left in incoming"_s;
    }
    const QList<AuditRow> audit = m_api->audit();
    const QList<LedgeredStart> starts = readStarts(m_machine.shared(u"ledger/starts"_s));
    if (starts.size() < m_dropped.size()) {
        wrong += u"the ledger knows %1 starts of %2 files"_s.arg(starts.size()).arg(m_dropped.size());
    }
    wrong += pathComplaints(audit) + startComplaints(starts, audit);
    const Machine::Outcome verdict =
        m_machine.shell(u"runuser -u dtf-orchestrator -- dtf-orchestrator --config /etc/dtf/orchestrator.toml audit verify"_s);
    if (!verdict.good()) {
        wrong += verdict.output;
    }
    return wrong;
}

} // namespace dtf
