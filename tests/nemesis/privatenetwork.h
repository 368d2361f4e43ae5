// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

namespace dtf {

/// Moves this process, before it has a second thread, into a network of its own (a loopback and nothing else) in which names of
/// namespaces and rules are its own too. All of it vanishes with the last process in it, however that ends. Empty: done; else why
/// not (no root, no nft, no ip).
[[nodiscard]] QString enterPrivateNetwork();

/// What a cut lets through: silence, never a reset.
enum class Cut {
    None,
    Both,
    ToOrchestrator, ///< the node's packets are lost, the orchestrator's arrive
    FromOrchestrator,
};

/// The links between an orchestrator's port and its nodes, inside a private network.
class NodeLinks
{
public:
    explicit NodeLinks(quint16 orchestratorPort)
        : m_port(orchestratorPort)
    { }
    ~NodeLinks();
    NodeLinks(const NodeLinks &) = delete;
    NodeLinks &operator=(const NodeLinks &) = delete;

    /// Node `number` on this machine: it calls the orchestrator by this address of the loopback, which can be cut alone.
    [[nodiscard]] static QString loopbackAddress(int number);

    /// Node `number`, 1, 2, … in order, in a namespace of its own, joined by a veth pair. False: ip failed.
    [[nodiscard]] bool addNamespace(int number);
    [[nodiscard]] QStringList launcher(int number) const; ///< runs a program in there
    [[nodiscard]] static QString orchestratorAddress(int number); ///< from in there
    /// Pulls its cable or puts it back.
    [[nodiscard]] bool setCable(int number, bool in) const;

    [[nodiscard]] bool cut(int number, Cut how);
    [[nodiscard]] bool healAll();
    void setPort(quint16 port) { m_port = port; }

private:
    [[nodiscard]] bool writeRules() const;

    quint16 m_port;
    QMap<int, Cut> m_cuts;
    QStringList m_namespaces;
};

} // namespace dtf

/// A story's main inside a private network; without one every test of it is skipped with the reason, in initTestCase().
#define DTF_PRIVATE_NETWORK_MAIN(TestClass)                                                                                      \
    int main(int argc, char **argv)                                                                                              \
    {                                                                                                                            \
        const QString reason = ::dtf::enterPrivateNetwork();                                                                     \
        const QCoreApplication app(argc, argv);                                                                                  \
        TestClass test(reason);                                                                                                  \
        return QTest::qExec(&test, argc, argv);                                                                                  \
    }
