// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "console/evidence/evidence.h"
#include "console/evidence/zipfile.h"
#include "console/net/orchestratorclient.h"

#include <QCryptographicHash>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTemporaryDir>
#include <QTimer>

#include <deque>
#include <functional>
#include <memory>

class QFile;

namespace dtf {

/// Gathers all that is known of one file (facts, audit, attempts, logs, results) from the orchestrator, piece by piece, and packs
/// it into one archive. What can't be got is named in it; only a file that is unknown, or an archive that can't be written, ends
/// in an error. Thread: main; the packing has one of its own. Never blocks.
class EvidenceRun final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 largestLog = qint64 {64} * 1024 * 1024; ///< bytes of one attempt's
    static constexpr qint64 largestResults = qint64 {512} * 1024 * 1024; ///< bytes of all together
    static constexpr int mostRows = 20'000; ///< of the audit
    static constexpr milliseconds stepDeadline {90'000}; ///< between two answers; a connection that is gone gives none

    /// How it ended.
    struct Sum
    {
        std::optional<Error> error; ///< nothing was written
        QStringList missing; ///< sentences: what could not be got
        bool local = false; ///< the error is of this machine: a folder, a disk
    };
    struct Wish
    {
        JobId job;
        QString path; ///< of the archive
        QString server; ///< as named in the document
        QString user;
    };

    /// `client` is asked from here on; when it goes before the end, the run ends with Unavailable.
    EvidenceRun(OrchestratorClient &client, const Wish &wish, QObject *parent = nullptr);
    ~EvidenceRun() override;

    void start();
    /// Ends it soon, nothing is written; finished() comes with Unavailable.
    void stop();

Q_SIGNALS:
    void progressed(const QString &what); ///< plain words: "Fetching the log of attempt 2…"
    void finished(const dtf::EvidenceRun::Sum &sum); ///< once
    void packed(); ///< internal: from the packing thread

private:
    using Step = std::function<void()>;
    void next();
    void end(const Sum &sum);
    void giveUp(ErrorCode code, const QString &words) { end({Error {code, words}, {}}); }
    void giveUpHere(const QString &words) { end({Error {ErrorCode::Unavailable, words}, {}, true}); }
    void askJob();
    void askAudit();
    void askCheck();
    void askAttempts();
    void askLog(const AttemptView &attempt);
    void readLog(Epoch attempt, qint64 offset);
    void askResults();
    void askResult(qsizetype number);
    void readResult(qsizetype number, qint64 offset);
    void pack();
    [[nodiscard]] QString newPart(const QString &entry); ///< path of a file that becomes this entry
    [[nodiscard]] bool writePart(const QString &entry, const QByteArray &bytes);
    void lacks(const QString &what, const Error &error);

    QPointer<OrchestratorClient> m_client;
    const Wish m_wish;
    Evidence m_evidence;
    std::deque<Step> m_steps;
    QTemporaryDir m_folder;
    QList<ZipEntry> m_entries;
    QSet<QString> m_names; ///< of results in the archive
    std::unique_ptr<QFile> m_part; ///< being written
    QCryptographicHash m_hash {QCryptographicHash::Sha256}; ///< of it
    qint64 m_resultBytes = 0;
    qint64 m_lastSeq = 0;
    int m_checks = 0;
    bool m_ended = false;
    QTimer m_deadline;
    QTimer m_again;
    struct Packing;
    std::unique_ptr<Packing> m_packing;
};

} // namespace dtf
