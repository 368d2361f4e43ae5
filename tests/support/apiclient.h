// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/net/jsonclient.h"
#include "common/protocol/codec.h"

#include <QNetworkRequest>
#include <QObject>

#include <optional>

namespace dtf {

/// The orchestrator's API as a console sees it, each call waited for. An orchestrator that does not answer is an empty answer
/// (state().summary.orchestratorBoot is empty then), so that a story can wait for it to come back.
class ApiClient final : public QObject
{
public:
    /// `pin`: of its certificate; none: plain HTTP.
    ApiClient(quint16 port, const QByteArray &token, const Fingerprint &pin = {});

    /// For what is not JSON.
    [[nodiscard]] QNetworkRequest request(const QString &target) const;
    [[nodiscard]] JsonReply get(const QString &target);
    [[nodiscard]] JsonReply post(const QString &target, const QJsonObject &body);

    [[nodiscard]] StateView state();
    [[nodiscard]] NodeView node(const char *name);
    [[nodiscard]] bool isReady(const char *node); ///< heard, browser logged in
    /// All jobs, or those in `states`; page by page, so one that changes meanwhile can be missing or there twice.
    [[nodiscard]] QList<JobView> jobs(const QList<JobState> &states = {});
    [[nodiscard]] qsizetype count(JobState state) { return jobs({state}).size(); }
    [[nodiscard]] JobView job(const JobId &id);
    /// Newest job of that file name; a null id when there is none.
    [[nodiscard]] JobView jobNamed(const QString &name);
    [[nodiscard]] WhyView why(const JobId &id);
    [[nodiscard]] QList<AuditRow> audit(const JobId &job = {});
    /// How often the job's audit has this kind.
    [[nodiscard]] qsizetype audited(const JobId &job, AuditKind kind);

    struct Answer
    {
        int status = 0;
        OperatorReply reply;
    };
    [[nodiscard]] Answer command(const JobId &job, JobAction action, const OperatorRequest &request = {});
    [[nodiscard]] Answer command(const char *node, NodeAction action, const OperatorRequest &request = {});
    [[nodiscard]] Answer dispatch(bool pause);
    [[nodiscard]] Answer acknowledge(AlertKind kind, const QByteArray &subject, const OperatorRequest &request = {});
    /// The open alert of that kind, if it is the only one.
    [[nodiscard]] std::optional<Alert> alert(AlertKind kind);

private:
    [[nodiscard]] Answer send(const QString &target, OperatorRequest request);

    JsonClient::Options m_options;
    JsonClient m_client;
};

} // namespace dtf
