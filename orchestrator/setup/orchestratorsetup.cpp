// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/setup/orchestratorsetup.h"

#include "common/config/configplace.h"
#include "common/config/tokens.h"
#include "common/setup/answers.h"
#include "common/setup/askshare.h"
#include "common/setup/keptfile.h"
#include "common/setup/patience.h"
#include "common/share/localsharefs.h"
#include "orchestrator/orchestratorcheck.h"
#include "orchestrator/setup/accessfile.h"

#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QList<QCommandLineOption> ownOptions()
{
    return {{u"share"_s, u"The dispatch zone: the share's folder for DTF."_s, u"FOLDER"_s},
        {u"address"_s, u"The address to listen on; 0.0.0.0 for all."_s, u"IP"_s},
        {u"port"_s, u"The port to listen on."_s, u"N"_s},
        {u"host"_s, u"A name by which agents and consoles call this machine; may come again."_s, u"NAME"_s},
        {u"store"_s, u"The database file, on a local disk."_s, u"FILE"_s},
        {u"tokens"_s, u"The file of those who may come."_s, u"FILE"_s},
        {u"token-folder"_s, u"Where fresh tokens are left, one file each."_s, u"FOLDER"_s},
        {u"operator"_s, u"An operator who gets a token; may come again."_s, u"NAME"_s},
        {u"node"_s, u"A worker VM that gets a token; may come again. None: nodes join by code."_s, u"NAME"_s},
        {u"certificate"_s, u"PEM file of a certificate: the port speaks TLS."_s, u"FILE"_s},
        {u"key"_s, u"PEM file of its key."_s, u"FILE"_s}};
}

class OrchestratorSetup
{
public:
    OrchestratorSetup()
        : m_frame("orchestrator"_L1,
            u"Sets the orchestrator up on this machine: tries the share, makes tokens, writes its configuration, starts it."_s,
            ownOptions())
    { }
    [[nodiscard]] SetupEnd run(const QStringList &arguments);

private:
    [[nodiscard]] Result<void> askListen();
    [[nodiscard]] Result<void> askTls();
    [[nodiscard]] Result<void> askPlaces();
    [[nodiscard]] Result<void> askPeople();
    [[nodiscard]] Result<bool> apply();
    [[nodiscard]] Result<void> layOut();
    [[nodiscard]] Result<void> handOut();
    [[nodiscard]] SetupEnd finish();

    SetupFrame m_frame;
    std::optional<Account> m_account;
    OrchestratorConfig m_config; ///< as it will be read, once it is rendered
    AccessPlan m_access;
    QByteArray m_text;
};

Result<void> OrchestratorSetup::askListen()
{
    Dialogue &talk = m_frame.dialogue();
    Question address {
        u"address"_s, u"The address to listen on (0.0.0.0: all)?"_s, m_frame.oldText(u"listen.address"_s, u"0.0.0.0"_s)};
    address.judge = asIpAddress;
    Question port {u"port"_s, u"The port?"_s, m_frame.oldText(u"listen.port"_s, u"3000"_s)};
    port.judge = asNumber(1, 65'535);
    Question hosts {u"host"_s, u"Names by which agents and consoles call this machine?"_s, hostName()};
    hosts.judge = asKey<config::Text, QString>(config::Text {"host name without a port", "[A-Za-z0-9._-]{1,253}"});
    const auto old = parseOrchestratorConfig(renderOrchestratorConfig(m_frame.values()), m_frame.configFile());
    if (old && !old->listenHosts.isEmpty()) {
        hosts.fallback = old->listenHosts.join(u' ');
    }
    return talk.ask(address)
        .and_then([&](const QString &ip) {
            m_frame.setText(u"listen.address"_s, ip);
            return talk.ask(port);
        })
        .and_then([&](const QString &number) -> Result<QStringList> {
            m_frame.setNumber(u"listen.port"_s, number);
            return talk.askList(hosts);
        })
        .and_then([&](const QStringList &names) {
            m_frame.setTexts(u"listen.hosts"_s, names);
            return askTls();
        });
}

Result<void> OrchestratorSetup::askTls()
{
    Question certificate {
        u"certificate"_s, u"A certificate for TLS (PEM; empty: plain HTTP)?"_s, m_frame.oldText(u"listen.certificate"_s)};
    certificate.mayBeEmpty = true;
    certificate.judge = asFolder;
    const auto file = m_frame.dialogue().ask(certificate);
    if (!file) {
        return tl::unexpected(file.error());
    }
    m_frame.setText(u"listen.certificate"_s, *file);
    m_frame.setText(u"listen.key"_s, file->isEmpty() ? QString() : m_frame.oldText(u"listen.key"_s));
    if (file->isEmpty()) {
        return {};
    }
    Question key {u"key"_s, u"Its key (PEM, without a passphrase)?"_s, m_frame.oldText(u"listen.key"_s)};
    key.judge = [&file](const QString &answer) {
        return asFolder(answer).and_then([&](const QString &path) -> Result<QString> {
            const CheckRow row = checkCertificate(*file, path);
            return row.ok() ? Result<QString>(path) : fail(ErrorCode::InvalidArgument, row.detail());
        });
    };
    return m_frame.dialogue().ask(key).map([this](const QString &path) { m_frame.setText(u"listen.key"_s, path); });
}

Result<void> OrchestratorSetup::askPlaces()
{
    Question store {u"store"_s, u"The database file (on this machine's own disk)?"_s,
        m_frame.oldText(u"store.path"_s, m_frame.stateFolder() + u"/store.sqlite"_s)};
    store.judge = asFolder;
    Question tokens {u"tokens"_s, u"The file of those who may come?"_s,
        m_frame.oldText(u"access.tokens_file"_s, QFileInfo(m_frame.configFile()).absolutePath() + u"/tokens.toml"_s)};
    tokens.judge = asFolder;
    return m_frame.dialogue()
        .ask(store)
        .and_then([&](const QString &path) {
            m_frame.setText(u"store.path"_s, path);
            return m_frame.dialogue().ask(tokens);
        })
        .map([&](const QString &path) { m_frame.setText(u"access.tokens_file"_s, path); });
}

Result<void> OrchestratorSetup::askPeople()
{
    const auto access = loadAccessList(m_frame.oldText(u"access.tokens_file"_s));
    const QList<Principal> known = access ? access->principals() : QList<Principal>();
    const bool hasOperator =
        std::any_of(known.cbegin(), known.cend(), [](const Principal &each) { return each.role == Role::Operator; });
    // One who may do all is only made unasked where there is none.
    Question operators {u"operator"_s,
        hasOperator ? u"Further operators who get a token (names; empty: none)?"_s : u"Operators who get a token (names)?"_s,
        hasOperator ? QString() : u"operator"_s};
    operators.mayBeEmpty = hasOperator;
    operators.judge = asKey<config::Text, QString>(config::Text {"a name of letters, digits and . _ @ -", "[\\w.@-]{1,64}"});
    Question nodes {u"node"_s, u"Worker VMs that get a token (names; empty: they join by code)?"_s};
    nodes.mayBeEmpty = true;
    nodes.judge = asKey<config::Node, NodeName>(config::Node {});
    const auto people = m_frame.dialogue().askList(operators);
    const auto names = people ? m_frame.dialogue().askList(nodes) : tl::unexpected(people.error());
    if (!names) {
        return tl::unexpected(names.error());
    }
    const auto old = parseOrchestratorConfig(renderOrchestratorConfig(m_frame.values()), m_frame.configFile());
    QString block = m_frame.values().value(u"node"_s);
    for (const QString &name : *names) {
        const bool isOld = old && std::any_of(old->nodes.cbegin(), old->nodes.cend(), [&](const NodeConfig &node) {
            return node.name.toString() == name;
        });
        block += isOld ? QString() : u"%1[[node]]\nname = %2\n"_s.arg(block.isEmpty() ? QString() : u"\n"_s, tomlText(name));
    }
    if (!block.isEmpty()) {
        m_frame.values().insert(u"node"_s, block);
    }
    return planAccess(m_frame.oldText(u"access.tokens_file"_s), *people, *names).map([this](const AccessPlan &plan) {
        m_access = plan;
    });
}

/// A new share gets its folders, an old one those of new nodes.
Result<void> OrchestratorSetup::layOut()
{
    const auto wanted = m_frame.dialogue().confirm({}, u"Make the folders that are missing on the share?"_s, true);
    if (!wanted || !*wanted) {
        return wanted.map([](bool) {}); // --check tells what is missing
    }
    QList<NodeName> nodes;
    for (const NodeConfig &node : std::as_const(m_config.nodes)) {
        nodes.append(node.name);
    }
    const QList<CheckRow> rows = tryPatiently(u"share layout"_s, sharePatience, shareProofLimit,
        [nodes, root = m_config.shareRoot, account = m_account](Findings &findings) {
            findings.begin(u"to make the folders"_s);
            if (account) {
                (void)actAs(*account); // what can't be tried as another is made as ourselves
            }
            LocalShareFs share(root, {});
            const auto made = share.initialise(nodes);
            findings.add(made ? isGood(u"share layout"_s, u"id %1"_s.arg(QLatin1StringView(made->uuid)))
                              : isBad(u"share layout"_s, made.error().detail, u"run dtf-orchestrator --init-share later"_s));
        });
    m_frame.show(rows);
    return {};
}

/// Fresh tokens go into files: a terminal's memory is no place for them.
Result<void> OrchestratorSetup::handOut()
{
    const QString folder = m_frame.dialogue().isGiven(u"token-folder"_s)
        ? m_frame.dialogue().given(u"token-folder"_s)
        : QFileInfo(m_config.tokensFile).absolutePath() + u"/fresh-tokens"_s;
    const auto files = writeAccess(m_access, m_config.tokensFile, QFileInfo(folder).absoluteFilePath(), m_account);
    if (!files) {
        return tl::unexpected(files.error());
    }
    if (!files->isEmpty()) {
        m_frame.noteChange(); // the access file is read at start
    }
    for (qsizetype i = 0; i < files->size(); ++i) {
        m_frame.dialogue().say(u"token of %1: %2"_s.arg(m_access.fresh[i].who, files->at(i)));
    }
    if (!files->isEmpty()) {
        m_frame.dialogue().say(
            u"A running orchestrator knows them once it is started again. Bring each to its owner (a node's to its VM as %1/agent.token), then delete it here: only its digest is kept."_s
                .arg(configFolder()));
    }
    return {};
}

Result<bool> OrchestratorSetup::apply()
{
    const auto written = m_frame.write(m_text);
    if (!written || !*written || m_frame.isDryRun()) {
        return written;
    }
    return makeOwnFolder(QFileInfo(m_config.storePath).absolutePath(), m_account)
        .and_then([this] { return handOut(); })
        .and_then([this] { return layOut(); })
        .map([] { return true; });
}

SetupEnd OrchestratorSetup::finish()
{
    QList<CheckRow> rows = checkOrchestrator(m_config, m_account);
    if (const auto row = m_frame.letServiceChange(changedFolders(m_config))) {
        rows.append(*row);
    }
    m_frame.dialogue().say(u"\nAll in all:"_s);
    m_frame.show(rows);
    if (!allWell(rows) && !m_frame.dialogue().isGiven(u"keep-going"_s)) {
        m_frame.dialogue().say(
            u"Not started. When that is mended: dtf-orchestrator --check --config %1"_s.arg(m_frame.configFile()));
        return SetupEnd::Failed;
    }
    const CheckRow started = m_frame.start();
    m_frame.show({started});
    return started.ok() ? SetupEnd::Done : SetupEnd::Failed;
}

SetupEnd OrchestratorSetup::run(const QStringList &arguments)
{
    if (const auto over = m_frame.begin(arguments)) {
        return *over;
    }
    m_frame.takeOld(readOrchestratorValues(m_frame.configFile()));
    const auto answered = m_frame.account()
                              .and_then([this](const std::optional<Account> &account) {
                                  m_account = account;
                                  ShareProofPlan plan;
                                  plan.laidOut = false;
                                  plan.account = account;
                                  return askShare(m_frame, plan);
                              })
                              .and_then([this] { return askListen(); })
                              .and_then([this] { return askPlaces(); })
                              .and_then([this] { return askPeople(); });
    if (!answered) {
        return m_frame.end(answered.error());
    }
    m_text = m_frame.render(renderOrchestratorConfig, readOrchestratorValues);
    const auto read = parseOrchestratorConfig(m_text, m_frame.configFile());
    if (!read) {
        return m_frame.end({ErrorCode::InvalidArgument, read.error().detail});
    }
    m_config = *read;
    const auto applied = apply();
    if (!applied) {
        return m_frame.end(applied.error());
    }
    return !*applied ? SetupEnd::Failed : m_frame.isDryRun() ? SetupEnd::Done : finish();
}

} // namespace

int setUpOrchestrator(const QStringList &arguments)
{
    return static_cast<int>(OrchestratorSetup().run(arguments));
}

} // namespace dtf
