// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/installer/installedfleet.h"

#include "tests/support/historycheck.h"

#include <QFile>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

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
    , m_api(3000, token("anna"))
    , m_share(machine.shared(u"share"_s).toStdString())
{ }

QByteArray InstalledFleet::token(const char *whose)
{
    return QByteArray("token-of-") + whose + "-in-the-machine";
}

bool InstalledFleet::setUp()
{
    if (!m_portal.start()) {
        m_problem = u"the portal did not start"_s;
        return false;
    }
    Settings o;
    o.set("share", "root", "/srv/dtf/share");
    o.set("share", "cache_seconds", 0);
    o.set("share", "rescan_seconds", 0.5);
    o.set("listen", "port", 3000);
    o.set("store", "path", "/var/lib/dtf/orchestrator/store.sqlite");
    o.set("access", "tokens_file", "/etc/dtf/tokens.toml");
    o.set("intake", "stable_seconds", 0.3);
    o.set("liveness", "heartbeat_seconds", 1);
    QByteArray tokens = "[[operator]]\nname = \"anna\"\nrole = \"operator\"\ntoken = \"" + token("anna") + "\"\n";
    for (const char *node : {"DTF-01", "DTF-02"}) {
        o.append(QByteArray("[[node]]\nname = \"") + node + "\"\nmin_disk_free_mb = 10\n");
        tokens += QByteArray("[[node]]\nname = \"") + node + "\"\ntoken = \"" + token(node) + "\"\n";
    }
    const QByteArray agent = agentSettings(u"DTF-01"_s, u"/var/lib/dtf/agent"_s, 9222).toToml();
    if (!m_machine.write(u"/etc/dtf/orchestrator.toml"_s, o.toToml())
        || !m_machine.write(u"/etc/dtf/tokens.toml"_s, tokens, u"dtf-orchestrator: 600"_s)
        || !m_machine.write(u"/etc/dtf/agent.toml"_s, agent)
        || !m_machine.write(u"/etc/dtf/agent.token"_s, token("DTF-01") + '\n', u"dtf-agent: 600"_s)) {
        m_problem = u"the settings can't be written"_s;
        return false;
    }
    const Machine::Outcome init =
        m_machine.shell(u"install -d -m 2770 -g dtf /srv/dtf/share /srv/dtf/ledger; umask 0007; "
                        "runuser -u dtf-orchestrator -- dtf-orchestrator --config /etc/dtf/orchestrator.toml --init-share"_s);
    m_problem = init.output;
    return init.good();
}

Settings InstalledFleet::agentSettings(const QString &node, const QString &state, int port) const
{
    Settings a;
    a.set("node", "name", node);
    a.set("node", "state_dir", state);
    a.set("node", "scratch_dir", state + u"/scratch"_s);
    a.set("node", "min_disk_free_mb", 10);
    a.set("orchestrator", "url", "http://127.0.0.1:3000");
    a.set("orchestrator", "token_file", "agent.token");
    a.set("share", "root", "/srv/dtf/share");
    a.set("share", "cache_seconds", 0);
    a.set("share", "rescan_seconds", 0.5);
    a.set("browser", "profile_dir", state + u"/chrome-profile"_s);
    a.set("browser", "port", port);
    a.set("browser", "start_url", m_portal.url() + u'/');
    a.set("browser", "login_pattern", "/login");
    a.set("browser", "arguments",
        QStringList {u"--disable-background-networking"_s, u"--disable-component-update"_s, u"--disable-sync"_s});
    a.set("pipeline", "command",
        QStringList {u"/bin/sh"_s, u"-c"_s, u"echo \"$DTF_JOB $DTF_ATTEMPT $DTF_NODE\" >> /srv/dtf/ledger/starts; exec \"$@\""_s,
            u"start"_s, u"node"_s, u"/opt/demo/pipeline/pipeline.js"_s, u"{file}"_s, u"--portal"_s, m_portal.url()});
    a.set("pipeline", "side_effects", "after-marker");
    a.set("pipeline", "marker", "^UPLOAD BEGIN");
    a.set("pipeline", "rerun_exit_codes", QList<int> {10, 11, 12});
    a.set("pipeline", "result_json", "*.log.json");
    a.set("pipeline", "result_field", "processedRowCount");
    return a;
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
    const QList<AuditRow> audit = m_api.audit();
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
