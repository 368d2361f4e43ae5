// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/setup/setupframe.h"

#include <QCommandLineOption>
#include <QUrl>

namespace dtf {

/// The options of `dtf-agent setup` beside those that every part has.
[[nodiscard]] QList<QCommandLineOption> agentSetupOptions();

/// How the node comes into the pool.
struct Joining
{
    bool byCode = false; ///< else with a name and a token of its own
    QByteArray code; ///< empty: the file that the old configuration names stays as it is
};

// One room of questions each. They set the frame's values; nothing is written. An error ends set-up.

[[nodiscard]] Result<Joining> askJoining(SetupFrame &frame); ///< as it is given, as it was, or as a person says
[[nodiscard]] Result<void> askNode(SetupFrame &frame, const Joining &joining); ///< name, state, scratch; share with its proof
[[nodiscard]] Result<void> askBrowser(SetupFrame &frame); ///< program, port, profile, portal
[[nodiscard]] Result<void> askPipeline(SetupFrame &frame);

/// What this node shows when it comes: a token, or the code by which it joins. Written once the configuration is.
struct Credential
{
    QString file;
    QByteArray content; ///< empty: the file is there already
};
/// Address, certificate, credential; the way is tried. `node`: as the configuration names it, may be empty when it joins.
[[nodiscard]] Result<Credential> askOrchestrator(SetupFrame &frame, const Joining &joining);

} // namespace dtf
