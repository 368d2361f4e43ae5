// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"

#include <QString>

namespace dtf {

/// Where an attempt's local files lie: <scratchDir>/<J>.e<N>/. Paths only.
///   in/<name>   the copy under its original name     out/   results (DTF_OUT)     work/   the pipeline's working folder
///   output.raw  its standard output and error        run.log   the same as log lines
struct Scratch
{
    QString folder;
    [[nodiscard]] QString in() const { return folder + QLatin1StringView("/in"); }
    [[nodiscard]] QString out() const { return folder + QLatin1StringView("/out"); }
    [[nodiscard]] QString work() const { return folder + QLatin1StringView("/work"); }
    [[nodiscard]] QString rawOutput() const { return folder + QLatin1StringView("/output.raw"); }
    [[nodiscard]] QString log() const { return folder + QLatin1StringView("/run.log"); }
    [[nodiscard]] QString input(const QByteArray &name) const;
};

[[nodiscard]] Scratch scratchOf(const QString &scratchDir, const Attempt &attempt);
/// Removes what an earlier try left and makes the empty folders.
[[nodiscard]] Result<void> makeFresh(const Scratch &scratch);
void dropScratch(const QString &scratchDir, const Attempt &attempt);
/// Removes attempts' folders that are not in `keep`; anything else in scratchDir is left alone.
void dropStrays(const QString &scratchDir, const QList<Attempt> &keep);

/// One file below a folder.
struct LocalFile
{
    QByteArray path; ///< relative, '/' separated, UTF-8
    QString localPath;
    qint64 size = 0;
};
struct LocalFiles
{
    QList<LocalFile> files; ///< by path
    QList<QByteArray> folders; ///< parents first
    bool hostile = false; ///< links, devices or too many entries: left out
};
inline constexpr int maxLocalFiles = 10'000;
/// All regular files below `folder`, links not followed.
[[nodiscard]] LocalFiles filesBelow(const QString &folder);

/// Counts and reads the results as the result rules need it.
[[nodiscard]] OutputFacts inspectOutputs(const QString &outFolder, const PipelineConfig &pipeline);
/// Flushes the results: from then on they survive a power cut, so that a verdict on them may be written down.
[[nodiscard]] Result<void> syncOutputs(const QString &outFolder);
/// Searches the whole raw output for the marker.
[[nodiscard]] bool fileHasMarker(const QString &rawOutput, const QRegularExpression &marker);
/// The last ≤ 2,000 characters of a log, escaped.
[[nodiscard]] QString tailOf(const QString &file);

} // namespace dtf
