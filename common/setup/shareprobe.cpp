// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/shareprobe.h"

#include "common/core/clock.h"
#include "common/core/random.h"

#include <array>
#include <barrier>
#include <thread>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QByteArray freshName()
{
    return ".dtf-proof-" + QByteArray::number(quint64(random64()), 16);
}

constexpr qsizetype blockSize = qsizetype {64} * 1024;
constexpr milliseconds cachePause {200}; ///< a client's cache may say for a while what was true before
constexpr int cachePauses = 30;

} // namespace

ShareProbe::ShareProbe(ShareIo &io, QString root, const SharePath &parent)
    : m_io(io)
    , m_root(std::move(root))
    , m_folder((parent.isEmpty() ? SharePath() : parent + '/') + freshName())
{ }

ShareProbe::~ShareProbe()
{
    (void)end();
}

Io<void> ShareProbe::begin()
{
    const auto made = m_io.makeFolder(m_folder);
    m_begun = made.has_value();
    return made;
}

Io<void> ShareProbe::end()
{
    if (!m_begun) {
        return {};
    }
    Io<void> removed;
    for (int i = 0; i < cachePauses; ++i) {
        const auto left = m_io.list(m_folder, false).value_or(QList<EntryInfo>());
        for (const EntryInfo &entry : left) {
            m_made.append(entry.name);
        }
        for (const QByteArray &name : std::as_const(m_made)) {
            (void)m_io.removeFile(path(name)); // the folder's removal tells
        }
        m_made.clear();
        removed = m_io.removeFolder(m_folder);
        if (removed || removed.error().kind != IoKind::Exists) {
            break;
        }
        std::this_thread::sleep_for(cachePause);
    }
    m_begun = !removed.has_value();
    return removed;
}

Io<void> ShareProbe::make(const QByteArray &name, QByteArrayView content, bool durable)
{
    m_made.append(name);
    return m_io.createNew(path(name)).and_then([&](const std::unique_ptr<IoFile> &file) {
        return file->write(content).and_then([&] { return durable ? file->sync() : Io<void>(); }).and_then([&] {
            return file->close();
        });
    });
}

Io<QByteArray> ShareProbe::content(const QByteArray &name)
{
    const auto file = m_io.openRead(path(name));
    if (!file) {
        return tl::unexpected(file.error());
    }
    (*file)->dropCache();
    QByteArray all(blockSize + 1, '\0');
    qint64 size = 0;
    while (size < all.size()) {
        const auto got = (*file)->read(all.data() + size, all.size() - size);
        if (!got) {
            return tl::unexpected(got.error());
        }
        if (*got == 0) {
            break;
        }
        size += *got;
    }
    all.truncate(size);
    return all;
}

bool ShareProbe::isThere(const QByteArray &name)
{
    return m_io.look(path(name)).has_value();
}

Io<QString> ShareProbe::writeAndReadBack()
{
    QByteArray block(blockSize, '\0');
    for (char &byte : block) {
        byte = static_cast<char>(random64());
    }
    const QByteArray name = "written";
    return make(name, block, true).and_then([&] { return content(name); }).and_then([&](const QByteArray &read) -> Io<QString> {
        if (read != block) {
            return ioFail(IoKind::Trouble); // what is read is not what was written
        }
        return u"64 KiB written, flushed and read back"_s;
    });
}

Io<QString> ShareProbe::flush()
{
    return m_io.syncFolder(m_folder).map([] { return u"files and folders"_s; });
}

Io<QString> ShareProbe::rename()
{
    m_made.append("after");
    return make("before", "content")
        .and_then([this] { return m_io.move(path("before"), path("after"), ShareIo::MoveKind::File); })
        .and_then([this] { return content("after"); })
        .and_then([this](const QByteArray &read) -> Io<QString> {
            if (read != "content" || isThere("before")) {
                return ioFail(IoKind::Trouble);
            }
            return u"moves the file and its content"_s;
        });
}

QString ShareProbe::raceOnce(int round, int &unclear)
{
    // New names each time: of old ones a cache may still say something.
    const QByteArray source = "source-" + QByteArray::number(round);
    const std::array<QByteArray, 2> targets {source + "-first", source + "-second"};
    if (const auto made = make(source, "content"); !made) {
        return u"round %1: %2"_s.arg(round + 1).arg(toError(made.error(), "write"_L1, source).detail);
    }
    std::array<Io<void>, 2> results;
    std::barrier<> together(2);
    const auto contend = [&](size_t i) {
        const std::unique_ptr<ShareIo> own = makeShareIo(m_root);
        (void)own->look(m_folder); // whatever takes time for the first time
        together.arrive_and_wait();
        results[i] = own->move(path(source), path(targets[i]), ShareIo::MoveKind::File);
    };
    std::thread other(contend, 1);
    contend(0);
    other.join();
    std::array<bool, 2> there {};
    bool stayed = false;
    for (int i = 0; i < cachePauses; ++i) {
        there = {isThere(targets[0]), isThere(targets[1])};
        stayed = isThere(source);
        if (there[0] != there[1] && !stayed) {
            break;
        }
        std::this_thread::sleep_for(cachePause);
    }
    const int winners = int(results[0].has_value()) + int(results[1].has_value());
    QString wrong;
    if (there[0] == there[1]) {
        wrong = there[0] ? u"the file went to both"_s : u"the file is gone"_s;
    } else if (stayed) {
        wrong = u"the source stayed"_s;
    } else if (winners == 2) {
        wrong = u"both were told that they had it"_s;
    } else if (winners == 1 && results[0].has_value() != there[0]) {
        wrong = u"the wrong one was told that it had it"_s;
    }
    unclear += winners == 0 ? 1 : 0;
    for (const QByteArray &name : {targets[0], targets[1]}) {
        (void)m_io.removeFile(path(name));
    }
    return wrong.isEmpty() ? wrong : u"round %1: %2"_s.arg(round + 1).arg(wrong);
}

ShareProbe::Race ShareProbe::race(int rounds, const std::function<void(int)> &beforeRound)
{
    Race race;
    for (; race.rounds < rounds && race.wrong.isEmpty(); ++race.rounds) {
        beforeRound(race.rounds);
        race.wrong = raceOnce(race.rounds, race.unclear);
    }
    return race;
}

Io<QString> ShareProbe::noReplace()
{
    const auto made = make("mine", "mine").and_then([this] { return make("taken", "taken"); });
    if (!made) {
        return tl::unexpected(made.error());
    }
    const auto moved = m_io.moveExclusive(path("mine"), path("taken"));
    if (moved || content("taken").value_or(QByteArray()) != "taken") {
        return ioFail(IoKind::Exists);
    }
    if (moved.error().kind != IoKind::Exists) {
        return tl::unexpected(moved.error());
    }
    return u"a taken name is refused"_s;
}

QStringList ShareProbe::otherVolumes(const QList<SharePath> &folders)
{
    QStringList apart;
    const auto here = m_io.look(m_folder);
    const auto volume = [](const EntryInfo &entry) { return entry.fileId.left(entry.fileId.indexOf(':')); };
    for (const SharePath &folder : folders) {
        const auto entry = m_io.look(folder);
        if (!entry) {
            continue; // told elsewhere
        }
        const auto moved = m_io.move(path("no such file"), folder + '/' + freshName(), ShareIo::MoveKind::File);
        if ((!moved && moved.error().kind == IoKind::CrossDevice) || (here && volume(*here) != volume(*entry))) {
            apart.append(QString::fromUtf8(folder));
        }
    }
    return apart;
}

Io<QString> ShareProbe::longNames()
{
    // As long as any name the protocol makes, with letters that are more than one byte.
    const QByteArray umlauts = "\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac";
    const QByteArray name = umlauts + QByteArray(255 - umlauts.size(), 'n');
    if (const auto made = make(name, "content"); !made) {
        return tl::unexpected(made.error());
    }
    const auto entries = m_io.list(m_folder, false);
    if (!entries) {
        return tl::unexpected(entries.error());
    }
    const bool listed =
        std::any_of(entries->cbegin(), entries->cend(), [&](const EntryInfo &entry) { return entry.name == name; });
    if (!listed) {
        return ioFail(IoKind::Invalid); // another name came out
    }
    return u"255 bytes, with umlauts"_s;
}

Io<QString> ShareProbe::letterCase()
{
    return make("Letter-Case", "content").map([this] {
        return isThere("letter-case") ? u"upper and lower case are one name here"_s : u"upper and lower case are told apart"_s;
    });
}

} // namespace dtf
