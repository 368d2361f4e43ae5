// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/handle_windows.h"
#include "common/share/shareio.h"
#include "common/share/sharepath.h"
#include "common/share/wtf8.h"

#include <cstring>
#include <vector>

namespace dtf {

namespace {

class WindowsShareIo final : public ShareIo
{
public:
    explicit WindowsShareIo(const QString &root)
        : m_root(longPath(root))
    { }
    Io<void> pin() override;
    void unpin() override { m_pinned = false; }
    bool isPinned() const override { return m_pinned; }

    Io<QList<EntryInfo>> list(const SharePath &folder, bool withDetails) override;
    Io<void> visit(const SharePath &folder, const ShareFs::Visitor &visitor) override
    {
        return list(folder, false).map([&](const QList<EntryInfo> &entries) {
            for (const EntryInfo &entry : entries) {
                visitor(entry.name);
            }
        });
    }
    Io<EntryInfo> look(const SharePath &path) override;
    Io<void> move(const SharePath &source, const SharePath &target, MoveKind kind) override
    {
        return rename(source, target, kind, false);
    }
    Io<void> moveExclusive(const SharePath &source, const SharePath &target) override
    {
        return rename(source, target, MoveKind::File, false);
    }
    Io<void> moveReplacing(const SharePath &source, const SharePath &target) override
    {
        return rename(source, target, MoveKind::File, true);
    }
    Io<EntryInfo> glance(const SharePath &path) override { return look(path); }
    Io<ClosedLook> lookWhetherClosed(const SharePath &path) override;
    Io<std::unique_ptr<IoFile>> openRead(const SharePath &path) override
    {
        return open(path, GENERIC_READ, shareAll, OPEN_EXISTING);
    }
    Io<std::unique_ptr<IoFile>> createNew(const SharePath &path) override
    {
        return open(path, GENERIC_WRITE, FILE_SHARE_READ, CREATE_NEW);
    }
    Io<std::unique_ptr<IoFile>> openAppend(const SharePath &path) override
    {
        return open(path, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES, shareAll, OPEN_ALWAYS);
    }
    Io<void> makeFolder(const SharePath &folder) override;
    Io<void> removeFile(const SharePath &path) override;
    Io<void> removeFolder(const SharePath &folder) override;
    Io<void> syncFolder(const SharePath &folder) override;
    Io<qint64> freeBytes() override;

private:
    [[nodiscard]] Io<EntryInfo> rootInfo() const; ///< where the root's path leads to; it may be a junction or a mapped drive
    /// The root is the pinned place.
    [[nodiscard]] Io<void> checkRoot() const;
    /// The root and every folder on the way are what they should be: no link, no junction, no file. The full path, ready for a
    /// call.
    [[nodiscard]] Io<std::wstring> resolve(const SharePath &path) const;
    [[nodiscard]] Io<std::wstring> resolveTarget(const SharePath &path) const;
    [[nodiscard]] Io<std::wstring> resolveFolder(const SharePath &folder) const;
    [[nodiscard]] Io<std::unique_ptr<IoFile>> open(const SharePath &path, DWORD access, DWORD share, DWORD disposition);
    [[nodiscard]] Io<void> rename(const SharePath &source, const SharePath &target, MoveKind kind, bool replace);

    std::wstring m_root;
    bool m_pinned = false;
    QByteArray m_rootId;
    EntryInfo m_sentinel;
};

Io<EntryInfo> infoAt(const std::wstring &path)
{
    const Handle handle = openPath(path, FILE_READ_ATTRIBUTES, shareAll, OPEN_EXISTING, openItself);
    if (!handle.isOpen()) {
        return lastIoError();
    }
    return infoOf(handle.get());
}

/// A component as a Windows name; nullopt for what can't be one there (also streams: "a:b").
std::optional<std::wstring> component(const QByteArray &name)
{
    const auto text = fromWtf8(name);
    if (!text) {
        return std::nullopt;
    }
    for (const QChar c : *text) {
        if (c.unicode() < 0x20 || QStringView(u"\\:*?\"<>|").contains(c)) {
            return std::nullopt;
        }
    }
    return text->toStdWString();
}

Io<EntryInfo> WindowsShareIo::rootInfo() const
{
    const Handle handle = openPath(m_root, FILE_READ_ATTRIBUTES, shareAll, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    if (!handle.isOpen()) {
        return lastIoError();
    }
    auto info = infoOf(handle.get());
    return !info || info->kind == EntryKind::Directory ? info : Io<EntryInfo>(ioFail(IoKind::NotRegular));
}

Io<void> WindowsShareIo::pin()
{
    m_pinned = false;
    const auto root = rootInfo();
    if (!root) {
        return ioFail(IoKind::RootGone, root.error().code);
    }
    const auto sentinel = infoAt(m_root + L"\\DTF_SHARE_ID");
    if (!sentinel) {
        return tl::unexpected(sentinel.error());
    }
    if (sentinel->kind != EntryKind::File) {
        return ioFail(IoKind::NotRegular);
    }
    m_rootId = root->fileId;
    m_sentinel = *sentinel;
    m_pinned = true;
    return {};
}

Io<void> WindowsShareIo::checkRoot() const
{
    const auto root = rootInfo();
    if (!root) {
        return ioFail(IoKind::RootGone, root.error().code);
    }
    if (!m_pinned) {
        return {};
    }
    const auto sentinel = infoAt(m_root + L"\\DTF_SHARE_ID");
    if (!sentinel) {
        return ioFail(IoKind::RootGone, sentinel.error().code);
    }
    const bool same = root->fileId == m_rootId && sentinel->fileId == m_sentinel.fileId && sentinel->size == m_sentinel.size
        && sentinel->mtimeNs == m_sentinel.mtimeNs;
    return same ? Io<void>() : Io<void>(ioFail(IoKind::RootGone));
}

Io<std::wstring> WindowsShareIo::resolve(const SharePath &path) const
{
    if (const auto root = checkRoot(); !root) {
        return tl::unexpected(root.error());
    }
    std::wstring out = m_root;
    const auto parts = path.split('/');
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const auto name = component(parts[i]);
        if (!name) {
            return ioFail(IoKind::Invalid, ERROR_INVALID_NAME);
        }
        out += L'\\' + *name;
        if (i + 1 == parts.size()) {
            break;
        }
        const DWORD attributes = GetFileAttributesW(out.c_str());
        if (attributes == INVALID_FILE_ATTRIBUTES) {
            return lastIoError();
        }
        if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
            return ioFail(IoKind::NotRegular);
        }
    }
    return out;
}

Io<std::wstring> WindowsShareIo::resolveTarget(const SharePath &path) const
{
    return resolve(path).map_error([](IoError error) {
        return error.kind == IoKind::NotFound ? IoError {IoKind::NoFolder, error.code} : error;
    });
}

Io<std::wstring> WindowsShareIo::resolveFolder(const SharePath &folder) const
{
    auto path = resolve(folder);
    if (!path) {
        return path;
    }
    const auto info = infoAt(*path);
    if (!info) {
        return tl::unexpected(info.error());
    }
    return info->kind == EntryKind::Directory ? path : Io<std::wstring>(ioFail(IoKind::NotRegular));
}

Io<QList<EntryInfo>> WindowsShareIo::list(const SharePath &folder, bool withDetails)
{
    const auto path = resolveFolder(folder);
    if (!path) {
        return tl::unexpected(path.error());
    }
    WIN32_FIND_DATAW item {};
    const HANDLE find = FindFirstFileExW(
        (*path + L"\\*").c_str(), FindExInfoBasic, &item, FindExSearchNameMatch, nullptr, FIND_FIRST_EX_LARGE_FETCH);
    if (find == INVALID_HANDLE_VALUE) {
        return GetLastError() == ERROR_FILE_NOT_FOUND ? Io<QList<EntryInfo>>(QList<EntryInfo>())
                                                      : Io<QList<EntryInfo>>(lastIoError());
    }
    QList<EntryInfo> out;
    DWORD code = ERROR_SUCCESS;
    do {
        const std::wstring wide = item.cFileName;
        EntryInfo entry;
        entry.name = toWtf8(QString::fromStdWString(wide));
        if (!isEntryName(entry.name)) {
            continue;
        }
        entry.kind = (item.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? EntryKind::Link
            : (item.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0            ? EntryKind::Directory
                                                                                 : EntryKind::File;
        if (withDetails) { // the folder's own copy of size and time lags behind while a file is being written
            const auto full = infoAt(*path + L'\\' + wide);
            if (!full && full.error().kind == IoKind::NotFound) {
                continue;
            }
            if (full) {
                const QByteArray name = entry.name;
                entry = *full;
                entry.name = name;
            }
        }
        out.append(entry);
    } while (FindNextFileW(find, &item) || (code = GetLastError(), false));
    FindClose(find);
    if (code != ERROR_NO_MORE_FILES) {
        return ioFail(classify(static_cast<int>(code)), static_cast<int>(code)); // half a listing is no listing
    }
    return out;
}

Io<EntryInfo> WindowsShareIo::look(const SharePath &path)
{
    return resolve(path).and_then([](const std::wstring &full) { return infoAt(full); }).map([&](EntryInfo entry) {
        entry.name = split(path).leaf;
        return entry;
    });
}

Io<void> WindowsShareIo::rename(const SharePath &source, const SharePath &target, MoveKind kind, bool replace)
{
    const auto from = resolve(source);
    if (!from) {
        return tl::unexpected(from.error());
    }
    const auto to = resolveTarget(target);
    if (!to) {
        return tl::unexpected(to.error());
    }
    // Not shared for deletion: while we have it, nobody else can get ready to rename it. Two handles that may rename would both
    // succeed, one after the other, wherever the file lies by then.
    const Handle handle = openPath(
        *from, DELETE | SYNCHRONIZE | FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING, openItself);
    const bool isFolder = kind != MoveKind::File;
    const auto answer = [&] { // a folder with a file open below it is "denied"; that passes
        const auto error = lastIoError();
        return isFolder && error.value().kind == IoKind::Denied ? ioFail(IoKind::Busy, error.value().code) : error;
    };
    if (!handle.isOpen()) {
        return answer();
    }
    const auto info = infoOf(handle.get());
    if (!info) {
        return tl::unexpected(info.error());
    }
    if (kind != MoveKind::Anything && info->kind != (isFolder ? EntryKind::Directory : EntryKind::File)) {
        return ioFail(IoKind::NotRegular);
    }
    // FILE_RENAME_INFO ends with the name itself.
    std::vector<char> buffer(sizeof(FILE_RENAME_INFO) + to->size() * sizeof(wchar_t));
    auto *rename = new (buffer.data()) FILE_RENAME_INFO {};
    rename->ReplaceIfExists = replace ? TRUE : FALSE;
    rename->FileNameLength = static_cast<DWORD>(to->size() * sizeof(wchar_t));
    std::memcpy(rename->FileName, to->c_str(), (to->size() + 1) * sizeof(wchar_t));
    if (!SetFileInformationByHandle(handle.get(), FileRenameInfo, rename, static_cast<DWORD>(buffer.size()))) {
        return answer();
    }
    return {};
}

Io<ClosedLook> WindowsShareIo::lookWhetherClosed(const SharePath &path)
{
    const auto full = resolve(path);
    if (!full) {
        return tl::unexpected(full.error());
    }
    const auto info = infoAt(*full);
    if (!info) {
        return tl::unexpected(info.error());
    }
    if (info->kind != EntryKind::File) {
        return ClosedLook {*info, true};
    }
    const Handle handle = openPath(*full, GENERIC_READ, 0, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT);
    if (!handle.isOpen()) {
        const IoKind kind = classify(static_cast<int>(GetLastError()));
        if (kind == IoKind::Busy || kind == IoKind::Denied) { // what may not be read tells nothing of its writers
            return ClosedLook {*info, kind == IoKind::Denied};
        }
        return lastIoError();
    }
    const auto now = infoOf(handle.get());
    return now ? Io<ClosedLook>(ClosedLook {*now, true}) : Io<ClosedLook>(tl::unexpected(now.error()));
}

Io<std::unique_ptr<IoFile>> WindowsShareIo::open(const SharePath &path, DWORD access, DWORD share, DWORD disposition)
{
    const auto full = disposition == OPEN_EXISTING ? resolve(path) : resolveTarget(path);
    if (!full) {
        return tl::unexpected(full.error());
    }
    Handle handle = openPath(*full, access, share, disposition, openItself | FILE_FLAG_SEQUENTIAL_SCAN);
    if (!handle.isOpen()) {
        return lastIoError();
    }
    return wrapRegular(std::move(handle));
}

Io<void> WindowsShareIo::makeFolder(const SharePath &folder)
{
    const auto full = resolveTarget(folder);
    if (!full) {
        return tl::unexpected(full.error());
    }
    if (CreateDirectoryW(full->c_str(), nullptr)) {
        return {};
    }
    const auto error = lastIoError();
    const auto there = error.value().kind == IoKind::Exists ? infoAt(*full) : Io<EntryInfo>(error);
    if (there) {
        return there->kind == EntryKind::Directory ? Io<void>() : Io<void>(ioFail(IoKind::NotRegular));
    }
    return error;
}

Io<void> WindowsShareIo::removeFile(const SharePath &path)
{
    const auto full = resolve(path);
    if (!full) {
        return tl::unexpected(full.error());
    }
    const DWORD attributes = GetFileAttributesW(full->c_str());
    const bool folderLink = attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0
        && (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0; // a junction is removed as a folder, its target stays
    if (folderLink ? !RemoveDirectoryW(full->c_str()) : !DeleteFileW(full->c_str())) {
        return lastIoError();
    }
    return {};
}

Io<void> WindowsShareIo::removeFolder(const SharePath &folder)
{
    const auto full = resolveFolder(folder);
    if (!full) {
        return tl::unexpected(full.error());
    }
    if (!RemoveDirectoryW(full->c_str())) {
        return lastIoError();
    }
    return {};
}

Io<void> WindowsShareIo::syncFolder(const SharePath &folder)
{
    const auto full = resolveFolder(folder);
    if (!full) {
        return tl::unexpected(full.error());
    }
    return {}; // Windows flushes a folder's entries by itself; SMB has no call for it
}

Io<qint64> WindowsShareIo::freeBytes()
{
    if (const auto root = checkRoot(); !root) {
        return tl::unexpected(root.error());
    }
    ULARGE_INTEGER bytes {};
    if (!GetDiskFreeSpaceExW((m_root + L'\\').c_str(), &bytes, nullptr, nullptr)) {
        return lastIoError();
    }
    return static_cast<qint64>(bytes.QuadPart);
}

} // namespace

std::unique_ptr<ShareIo> makeShareIo(const QString &root)
{
    return std::make_unique<WindowsShareIo>(root);
}

} // namespace dtf
