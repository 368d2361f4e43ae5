// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"

#include <QImage>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QScrollArea;

namespace dtf {

/// A PNG that an agent sent, decoded: refused with the reason in words when it is none, or larger than any screen. Pure, any
/// thread.
[[nodiscard]] Result<QImage> decodedPicture(const QByteArray &png);

/// One picture, scaled down to its room or 1:1. Asks to be toggled by a click, Space or Enter. Thread: main.
class PictureCanvas final : public QWidget
{
    Q_OBJECT

public:
    explicit PictureCanvas(QWidget *parent = nullptr);
    void setImage(const QImage &image);
    void setFit(bool fit);
    [[nodiscard]] const QImage &image() const { return m_image; }

Q_SIGNALS:
    void toggled();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QImage m_image;
    bool m_fit = true;
};

/// What the browser of one node shows: asked for anew every few seconds while in sight, with its age, or why there is none.
/// Thread: main.
class PictureView final : public QWidget
{
    Q_OBJECT

public:
    static constexpr milliseconds refreshEvery {5'000}; ///< after an answer

    PictureView(const FleetStore &store, FleetCommands &commands, QWidget *parent = nullptr);

    void setNode(const NodeName &node); ///< another one: the picture before is not shown any more
    [[nodiscard]] const NodeName &node() const { return m_node; }
    void setFit(bool fit);
    [[nodiscard]] bool fits() const { return m_fit; }
    [[nodiscard]] PictureCanvas *canvas() const { return m_canvas; }
    [[nodiscard]] QLabel *stateLabel() const { return m_state; }
    void take(const NodeName &node, const Result<QByteArray> &png); ///< an answer

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void ask();
    void shown(const NodeName &node, const Result<QImage> &image);
    void refreshState();

    const FleetStore &m_store;
    FleetCommands &m_commands;
    NodeName m_node;
    QScrollArea *m_area = nullptr;
    PictureCanvas *m_canvas = nullptr;
    QLabel *m_state = nullptr;
    QPushButton *m_size = nullptr;
    QTimer m_next;
    SystemClock m_clock;
    std::optional<MonoTime> m_pictureAt;
    QString m_trouble; ///< why the last attempt gave none; empty: it did
    QPointer<Session> m_asking; ///< whose answer is waited for
    bool m_fit = true;
};

} // namespace dtf
