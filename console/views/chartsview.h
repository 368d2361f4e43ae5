// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QStackedLayout;
class QCPAxis;
class QCPAxisRect;
class QCPBars;
class QCPGraph;
class QCPRange;
class QCustomPlot;

namespace dtf {

class LanePlot;

/// Files per hour with the share that was done, the queue's age, and one lane per node, over one axis of time. Wheel and drag, or
/// + - and the arrows, move it; a double click or 0 shows everything again. Asks anew once a minute while it is shown. Thread:
/// main.
class ChartsView final : public QWidget
{
    Q_OBJECT

public:
    explicit ChartsView(const FleetStore &store, QWidget *parent = nullptr);

    void setSession(Session *session); ///< not owned
    void setTheme(const Theme &theme, Density density);
    void setHistory(const HistoryView &history);
    [[nodiscard]] QCustomPlot *plot() const { return m_plot; }
    /// What is under this point of the plot, in words; empty: nothing.
    [[nodiscard]] QString tipAt(const QPoint &pos) const;
    [[nodiscard]] QByteArray png() const;

protected:
    void showEvent(QShowEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Row
    {
        QCPAxisRect *rect = nullptr;
        QCPAxis *time = nullptr;
        QCPAxis *value = nullptr;
    };
    [[nodiscard]] QWidget *makeBar();
    void makePlots();
    [[nodiscard]] Row addRow(int number, const QString &label);
    void ask();
    void draw(); ///< data and colours
    void dressAxis(QCPAxis *axis) const;
    void showWhole();
    void keepWithin(const QCPRange &range);
    void zoom(double factor);
    void fillLegend();
    void say(const QString &words); ///< instead of the charts

    const FleetStore &m_store;
    QPointer<Session> m_session;
    HistoryView m_history;
    Theme m_theme = makeTheme(ThemeKind::Light);
    QStackedLayout *m_stack = nullptr;
    QLabel *m_words = nullptr;
    QLabel *m_note = nullptr; ///< beside the buttons
    QLabel *m_legend = nullptr;
    QComboBox *m_hours = nullptr;
    QCustomPlot *m_plot = nullptr;
    Row m_files;
    Row m_waits;
    Row m_nodes;
    QCPAxis *m_percent = nullptr;
    QCPBars *m_done = nullptr;
    QCPBars *m_failed = nullptr;
    QCPBars *m_held = nullptr;
    QCPGraph *m_success = nullptr;
    QCPGraph *m_longest = nullptr;
    QCPGraph *m_median = nullptr;
    LanePlot *m_lanes = nullptr;
    QTimer m_again;
    bool m_moving = false; ///< the three axes are being set to one range
};

} // namespace dtf
