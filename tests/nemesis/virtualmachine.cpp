// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/virtualmachine.h"

#include "tests/support/agentprocess.h"

#include <QDir>
#include <QStandardPaths>

#include <filesystem>

namespace dtf {

using namespace Qt::StringLiterals;
namespace fs = std::filesystem;

namespace {

/// $1 its disk, $2 where that is inside, $3 host name, $4 UUID or empty, $5 its gateway; then the program.
constexpr char boot[] = R"(set -e
hostname "$3"
ip route replace default via "$5"
mount --bind "$1.boot" /proc/sys/kernel/random/boot_id
mount -t tmpfs run /run
if [ -e /sys/class/dmi/id/product_uuid ]; then
    printf '%s\n' "$4" > "$1.uuid"
    mount --bind "$1.uuid" /sys/class/dmi/id/product_uuid
elif [ -n "$4" ]; then
    mkdir -p /run/dtf-agent
    printf '%s\n' "$4" > /run/dtf-agent/product_uuid
fi
mount --bind "$1" "$2"
shift 5
exec "$@")";

} // namespace

VirtualMachine::VirtualMachine(Fleet &fleet, int number, const Identity &identity, const QString &home)
    : m_fleet(fleet)
    , m_number(number)
    , m_identity(identity)
    , m_home(home)
    , m_folder(fleet.folder() + u"/vm-%1"_s.arg(number))
{ }

bool VirtualMachine::copyFrom(const QString &folder)
{
    std::error_code failed; // a browser makes and removes files meanwhile
    fs::copy(folder.toStdString(), m_folder.toStdString(), fs::copy_options::recursive | fs::copy_options::skip_symlinks, failed);
    return QDir(m_folder).exists(u"agent.toml"_s)
        && writeFile(m_folder + u".boot"_s, "11111111-2222-4333-8444-55555555555" + QByteArray::number(m_number % 10) + "\n");
}

bool VirtualMachine::start(const NodeLinks &links)
{
    QStringList words = links.launcher(m_number);
    words += QStringList {QStandardPaths::findExecutable(u"unshare"_s), u"--mount"_s, u"--uts"_s, u"--pid"_s, u"--fork"_s,
        u"--kill-child"_s, u"--mount-proc"_s, u"/bin/sh"_s, u"-c"_s, QString::fromLatin1(boot), u"vm"_s, m_folder, m_home,
        m_identity.host, QString::fromLatin1(m_identity.board), NodeLinks::orchestratorAddress(m_number),
        QStringLiteral(DTF_TEST_AGENT), u"--config"_s, m_home + u"/agent.toml"_s};
    const QString program = words.takeFirst();
    m_agent = std::make_unique<ChildProgram>(program, words, m_folder + u".log"_s, m_fleet.folder());
    return m_agent->start();
}

Settings joiningAgent(const QString &home, const Fleet &fleet, const QString &orchestrator, const QStringList &script)
{
    NodePlan plan;
    plan.name = u"UNUSED"_s;
    plan.pipeline = TestPipeline::Script;
    plan.script = script;
    plan.orchestrator = orchestrator;
    AgentProcess model(plan, {fleet.folder(), fleet.port(), {}, {}, {}});
    Settings s = model.settings(plan, {fleet.folder(), fleet.port(), {}, {}, {}});
    s.remove("node", "name");
    s.remove("orchestrator", "token_file");
    s.set("orchestrator", "join_code_file", home + u"/join-code"_s);
    s.set("node", "state_dir", home + u"/state"_s);
    s.set("node", "scratch_dir", home + u"/scratch"_s);
    s.set("browser", "port", 9222); // every machine has its own
    s.set("browser", "profile_dir", home + u"/state/chrome-profile"_s);
    s.set("browser", "endpoint_file", home + u"/browser_state.json"_s);
    return s;
}

} // namespace dtf
