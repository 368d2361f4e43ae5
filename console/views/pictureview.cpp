// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/pictureview.h"

#include "common/core/escape.h"
#include "console/actions/permits.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QThreadPool>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int largestSide = 16'384;
constexpr qint64 mostPixels = 40'000'000; ///< more than an 8K screen

} // namespace

Result<QImage> decodedPicture(const QByteArray &png)
{
    QBuffer buffer;
    buffer.setData(png);
    if (!buffer.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::Internal, buffer.errorString());
    }
    QImageReader reader(&buffer, "png");
    reader.setAutoDetectImageFormat(false);
    const QSize size = reader.size();
    if (!size.isValid()) {
        return fail(ErrorCode::ParseError, QCoreApplication::translate("dtf::PictureView", "What came is no picture."));
    }
    if (size.width() > largestSide || size.height() > largestSide || qint64(size.width()) * size.height() > mostPixels) {
        return fail(ErrorCode::TooLarge,
            QCoreApplication::translate("dtf::PictureView", "The picture has %1 × %2 points: that is too large to show.")
                .arg(size.width())
                .arg(size.height()));
    }
    QImage image = reader.read();
    if (image.isNull()) {
        return fail(ErrorCode::ParseError, QCoreApplication::translate("dtf::PictureView", "The picture is damaged."));
    }
    return image;
}

PictureCanvas::PictureCanvas(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Picture of the browser"));
}

void PictureCanvas::setImage(const QImage &image)
{
    m_image = image;
    setFit(m_fit);
}

void PictureCanvas::setFit(bool fit)
{
    m_fit = fit;
    setCursor(m_image.isNull() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (!m_fit && !m_image.isNull()) {
        const QSizeF points = QSizeF(m_image.size()) / devicePixelRatioF();
        resize(points.toSize());
    }
    update();
}

void PictureCanvas::paintEvent(QPaintEvent *)
{
    if (m_image.isNull()) {
        return;
    }
    QPainter painter(this);
    QSizeF size = QSizeF(m_image.size()) / devicePixelRatioF();
    if (m_fit && (size.width() > width() || size.height() > height())) {
        size.scale(this->size(), Qt::KeepAspectRatio);
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRectF(QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size), m_image);
    if (hasFocus()) {
        painter.setPen(palette().highlight().color());
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void PictureCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->pos()) && !m_image.isNull()) {
        Q_EMIT toggled();
    }
}

void PictureCanvas::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT toggled();
        return;
    }
    QWidget::keyPressEvent(event);
}

PictureView::PictureView(const FleetStore &store, FleetCommands &commands, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_commands(commands)
    , m_area(new QScrollArea(this))
    , m_canvas(new PictureCanvas)
    , m_state(new QLabel(this))
    , m_size(new QPushButton(this))
{
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_area->setWidget(m_canvas);
    m_area->setAlignment(Qt::AlignCenter);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setFocusPolicy(Qt::NoFocus); // its canvas has it
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_state, 1);
    bar->addWidget(m_size);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(bar);
    all->addWidget(m_area, 1);
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &PictureView::ask);
    connect(m_canvas, &PictureCanvas::toggled, this, [this] { setFit(!m_fit); });
    connect(m_size, &QPushButton::clicked, this, [this] { setFit(!m_fit); });
    connect(&store, &FleetStore::freshnessChanged, this, &PictureView::refreshState); // each second: the age
    setFit(true);
    refreshState();
}

void PictureView::setNode(const NodeName &node)
{
    if (m_node != node) {
        m_node = node;
        m_canvas->setImage({});
        m_pictureAt.reset();
        m_trouble.clear();
        m_asking.clear(); // the answer for the node before is not waited for
    }
    if (isVisible()) {
        ask();
    }
}

void PictureView::setFit(bool fit)
{
    m_fit = fit;
    m_area->setWidgetResizable(fit);
    m_canvas->setFit(fit);
    m_size->setText(fit ? tr("1:1") : tr("Fit"));
    m_size->setAccessibleName(fit ? tr("Show the picture in its own size") : tr("Fit the picture into its room"));
    m_size->setToolTip(m_size->accessibleName());
}

void PictureView::ask()
{
    m_next.stop();
    if (m_node.isEmpty() || !isVisible() || (m_asking && m_asking == m_commands.session())) {
        return;
    }
    QString why = m_commands.whyNone();
    const auto known = m_store.nodes().constFind(m_node);
    if (why.isEmpty() && known != m_store.nodes().cend()) {
        why = whyNot(NodeAction::Picture, *known);
    }
    if (!why.isEmpty()) {
        m_trouble = why;
        m_next.start(refreshEvery);
        refreshState();
        return;
    }
    m_asking = m_commands.session();
    m_commands.session()->client().picture(
        m_node, this, [this, node = m_node](const BytesReply &reply) { take(node, reply.result); });
    refreshState();
}

void PictureView::take(const NodeName &node, const Result<QByteArray> &png)
{
    if (!png) {
        shown(node, tl::unexpected(png.error()));
        return;
    }
    // Decoding takes longer than one frame of the window may.
    QThreadPool::globalInstance()->start([alive = QPointer(this), node, png = *png] {
        const Result<QImage> image = decodedPicture(png);
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [alive, node, image] {
                if (alive) {
                    alive->shown(node, image);
                }
            },
            Qt::QueuedConnection);
    });
}

void PictureView::shown(const NodeName &node, const Result<QImage> &image)
{
    if (node != m_node) {
        return; // another one was chosen meanwhile
    }
    m_asking.clear();
    if (image) {
        m_canvas->setImage(*image);
        m_pictureAt = m_clock.now().mono;
        m_trouble.clear();
    } else {
        const QString detail = escapedForLog(image.error().detail, 300);
        m_trouble = detail.isEmpty() ? textOf(image.error().code) : detail;
    }
    if (isVisible()) {
        m_next.start(refreshEvery);
    }
    refreshState();
}

void PictureView::refreshState()
{
    if (m_node.isEmpty()) {
        m_state->setText(tr("Choose a node and press V to see its browser."));
    } else {
        const QString node = m_node.toString();
        QString text = !m_pictureAt ? m_trouble.isEmpty() ? tr("%1: asking for the picture…").arg(node) : node
                                    : tr("%1, %2 old").arg(node, ageText(m_clock.now().mono - *m_pictureAt));
        if (!m_trouble.isEmpty()) {
            text += u". "_s + (m_pictureAt ? tr("No newer one: %1").arg(m_trouble) : tr("No picture: %1").arg(m_trouble));
        }
        m_state->setText(text);
    }
    m_size->setEnabled(m_pictureAt.has_value());
}

void PictureView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    ask();
}

void PictureView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_next.stop();
}

} // namespace dtf
