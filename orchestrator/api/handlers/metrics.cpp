// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/handlers/metrics.h"

#include <QMap>

namespace dtf {

namespace {

class Text
{
public:
    void metric(const char *name, const char *type, const char *help)
    {
        m_name = name;
        m_out += QByteArray("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    }
    void value(double number, const QByteArray &labels = {})
    {
        m_out +=
            m_name + (labels.isEmpty() ? QByteArray() : '{' + labels + '}') + ' ' + QByteArray::number(number, 'g', 15) + '\n';
    }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    QByteArray m_name;
    QByteArray m_out;
};

QByteArray label(const char *key, QByteArrayView value)
{
    return QByteArray(key) + "=\"" + value.toByteArray() + '"';
}

QByteArray word(const QString &text)
{
    QByteArray out;
    for (const QChar c : text) {
        const char latin = c.toLatin1();
        out += (latin >= 'a' && latin <= 'z') || latin == '_' || latin == '-' ? latin : '_';
    }
    return out;
}

void fleetMetrics(Text &text, const FleetSummary &summary)
{
    text.metric("dtf_jobs", "gauge", "Jobs by state.");
    for (qsizetype i = 0; i < summary.jobsByState.size() && i <= static_cast<qsizetype>(JobState::Withdrawn); ++i) {
        const QLatin1StringView name = toString(static_cast<JobState>(i));
        text.value(static_cast<double>(summary.jobsByState[i]), label("state", name));
    }
    text.metric("dtf_oldest_waiting_seconds", "gauge", "Age of the file that waits longest.");
    text.value(static_cast<double>(summary.oldestWaitingMs) / 1000.0);
    text.metric("dtf_done_today", "gauge", "Files done today.");
    text.value(static_cast<double>(summary.doneToday));
    text.metric("dtf_share_ok", "gauge", "1 when the share is there and ours.");
    text.value(summary.shareOk);
    text.metric("dtf_store_ok", "gauge", "1 when the store takes rows.");
    text.value(summary.storeOk);
    text.metric("dtf_dispatch_paused", "gauge", "1 in maintenance.");
    text.value(summary.dispatchPaused);
}

void nodeMetrics(Text &text, const QList<NodeView> &nodes)
{
    QMap<QByteArray, int> states;
    for (const NodeView &node : nodes) {
        ++states[word(node.state)];
    }
    text.metric("dtf_nodes", "gauge", "Nodes by state.");
    for (auto it = states.cbegin(); it != states.cend(); ++it) {
        text.value(it.value(), label("state", it.key()));
    }
    text.metric("dtf_node_heartbeat_age_seconds", "gauge", "Since the last heartbeat; -1 if there was none.");
    for (const NodeView &node : nodes) {
        text.value(
            node.heartbeatAgeMs < 0 ? -1 : static_cast<double>(node.heartbeatAgeMs) / 1000.0, label("node", node.node.bytes()));
    }
    text.metric("dtf_node_browser_ready", "gauge", "1 when the browser is up and logged in.");
    for (const NodeView &node : nodes) {
        text.value(node.beat.browserState == BrowserState::Ready, label("node", node.node.bytes()));
    }
    text.metric("dtf_node_running", "gauge", "Files running on the node.");
    for (const NodeView &node : nodes) {
        text.value(static_cast<double>(node.beat.running.size()), label("node", node.node.bytes()));
    }
}

void alertMetrics(Text &text, const QList<Alert> &alerts)
{
    QMap<QByteArray, int> open;
    for (const Alert &alert : alerts) {
        ++open[label("kind", toString(alert.kind)) + ',' + label("severity", toString(alert.severity)) + ','
            + label("acknowledged", alert.acknowledged ? "true" : "false")];
    }
    text.metric("dtf_alerts", "gauge", "Open alerts.");
    for (auto it = open.cbegin(); it != open.cend(); ++it) {
        text.value(it.value(), it.key());
    }
}

void httpMetrics(Text &text, const HttpCounters &http)
{
    text.metric("dtf_http_connections", "gauge", "Open connections, WebSockets included.");
    text.value(http.open);
    text.metric("dtf_http_accepted_total", "counter", "Connections accepted.");
    text.value(static_cast<double>(http.accepted));
    text.metric("dtf_http_turned_away_total", "counter", "Connections closed at once because a bound was reached.");
    text.value(static_cast<double>(http.turnedAway));
    text.metric("dtf_http_timed_out_total", "counter", "Requests that missed a deadline.");
    text.value(static_cast<double>(http.timedOut));
    text.metric("dtf_http_answers_total", "counter", "Answers by class of status.");
    for (std::size_t i = 2; i < http.answers.size(); ++i) {
        text.value(static_cast<double>(http.answers[i]), label("class", QByteArray::number(static_cast<int>(i)) + "xx"));
    }
}

void linkMetrics(Text &text, const LinkCounters &links)
{
    text.metric("dtf_consoles", "gauge", "Consoles on the feed.");
    text.value(links.consoles);
    text.metric("dtf_agent_links", "gauge", "Agents with an open link.");
    text.value(links.agents);
    text.metric("dtf_links_dropped_total", "counter", "WebSockets that this side ended.");
    text.value(static_cast<double>(links.consolesDropped), label("kind", "console"));
    text.value(static_cast<double>(links.agentsDropped), label("kind", "agent"));
}

} // namespace

QByteArray metricsText(const StateView &state, const HttpCounters *http, const LinkCounters *links)
{
    Text text;
    fleetMetrics(text, state.summary);
    nodeMetrics(text, state.nodes);
    alertMetrics(text, state.alerts);
    if (http) {
        httpMetrics(text, *http);
    }
    if (links) {
        linkMetrics(text, *links);
    }
    return text.take();
}

} // namespace dtf
