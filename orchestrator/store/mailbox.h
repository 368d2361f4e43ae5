// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <mutex>

namespace dtf {

/// Brings finished calls from a worker thread to the thread this object lives in, in order. What was put in and never delivered
/// is forgotten with the object. Thread: put() any; the rest the owner's.
class Mailbox final : public QObject
{
public:
    using Letter = std::function<void()>;

    void put(Letter letter);
    /// Runs what is there now, in order, without waiting for the event loop.
    void deliver();

protected:
    bool event(QEvent *event) override;

private:
    std::mutex m_mutex;
    std::deque<Letter> m_letters;
    bool m_rung = false; ///< an event is on its way: one for many letters
};

} // namespace dtf
