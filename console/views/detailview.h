// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/detailsource.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QWidget>

class QLabel;
class QTabWidget;

namespace dtf {

class EvidencePage;
class FactsPage;
class LogPage;
class NoticeStack;
class TimelinePage;
class WhyPage;

/// All about one file: its steps, its log, why it is not running, the facts. Goes on with what the feed says of it. Thread: main.
class DetailView final : public QWidget
{
    Q_OBJECT

public:
    enum class Page { Timeline, Log, Why, Evidence, Facts };

    DetailView(const FleetStore &store, DetailSource &source, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void setFile(const JobView &job);
    void clear(); ///< no file
    void showPage(Page page); ///< and gives it the keyboard
    [[nodiscard]] const JobView &file() const { return m_job; } ///< null id: none
    [[nodiscard]] TimelinePage *timeline() const { return m_timeline; }
    [[nodiscard]] LogPage *log() const { return m_log; }
    [[nodiscard]] WhyPage *why() const { return m_why; }
    [[nodiscard]] EvidencePage *evidence() const { return m_evidence; }
    [[nodiscard]] FactsPage *facts() const { return m_facts; }
    [[nodiscard]] NoticeStack *stack() const { return m_stack; }

private:
    void dress();
    void offerPages(); ///< of a saved state only the facts

    const FleetStore &m_store;
    JobView m_job;
    Theme m_theme = makeTheme(ThemeKind::Light);
    QLabel *m_name = nullptr;
    QLabel *m_state = nullptr;
    QLabel *m_advice = nullptr; ///< what to do with a file that waits for a person
    QTabWidget *m_tabs = nullptr;
    NoticeStack *m_stack = nullptr;
    TimelinePage *m_timeline = nullptr;
    LogPage *m_log = nullptr;
    WhyPage *m_why = nullptr;
    EvidencePage *m_evidence = nullptr;
    FactsPage *m_facts = nullptr;
};

} // namespace dtf
