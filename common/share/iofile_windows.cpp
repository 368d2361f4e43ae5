// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/handle_windows.h"

#include <QDir>

namespace dtf {

namespace {

/// 100 ns since 1601 to ns since 1970.
qint64 unixNs(const FILETIME &time)
{
    const auto ticks = static_cast<qint64>((quint64 {time.dwHighDateTime} << 32) | time.dwLowDateTime);
    return (ticks - 116'444'736'000'000'000) * 100;
}

QByteArray idOf(HANDLE handle, const BY_HANDLE_FILE_INFORMATION &basic)
{
    FILE_ID_INFO id {};
    if (GetFileInformationByHandleEx(handle, FileIdInfo, &id, sizeof id)) {
        return QByteArray::number(quint64 {id.VolumeSerialNumber}, 16) + ':'
            + QByteArray(reinterpret_cast<const char *>(id.FileId.Identifier), sizeof id.FileId.Identifier).toHex();
    }
    const quint64 index = (quint64 {basic.nFileIndexHigh} << 32) | basic.nFileIndexLow;
    return QByteArray::number(quint64 {basic.dwVolumeSerialNumber}, 16) + ':' + QByteArray::number(index, 16);
}

class WindowsFile final : public IoFile
{
public:
    explicit WindowsFile(Handle handle)
        : m_handle(std::move(handle))
    { }

    Io<qint64> read(char *data, qint64 size) override
    {
        DWORD got = 0;
        if (!ReadFile(m_handle.get(), data, static_cast<DWORD>(qMin<qint64>(size, 0x10000000)), &got, nullptr)) {
            return lastIoError();
        }
        return got;
    }

    Io<void> seek(qint64 offset) override
    {
        LARGE_INTEGER to {};
        to.QuadPart = offset;
        if (!SetFilePointerEx(m_handle.get(), to, nullptr, FILE_BEGIN)) {
            return lastIoError();
        }
        return {};
    }

    Io<void> write(QByteArrayView data) override
    {
        while (!data.isEmpty()) {
            DWORD put = 0;
            if (!WriteFile(
                    m_handle.get(), data.data(), static_cast<DWORD>(qMin<qint64>(data.size(), 0x10000000)), &put, nullptr)) {
                return lastIoError();
            }
            data = data.sliced(put);
        }
        return {};
    }

    Io<void> sync() override
    {
        if (!FlushFileBuffers(m_handle.get())) {
            return lastIoError();
        }
        return {};
    }

    Io<EntryInfo> info() override { return infoOf(m_handle.get()); }

    void dropCache() override { } // there is no such call; a fresh handle is what we can have

    Io<void> close() override
    {
        if (!CloseHandle(m_handle.release())) {
            return lastIoError();
        }
        return {};
    }

private:
    Handle m_handle;
};

} // namespace

Handle openPath(const std::wstring &path, DWORD access, DWORD share, DWORD disposition, DWORD flags)
{
    return Handle(CreateFileW(path.c_str(), access, share, nullptr, disposition, flags, nullptr));
}

Io<EntryInfo> infoOf(HANDLE handle)
{
    BY_HANDLE_FILE_INFORMATION basic {};
    if (!GetFileInformationByHandle(handle, &basic)) {
        return lastIoError();
    }
    EntryInfo entry;
    entry.kind = (basic.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? EntryKind::Link
        : (basic.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0            ? EntryKind::Directory
        : GetFileType(handle) == FILE_TYPE_DISK                               ? EntryKind::File
                                                                              : EntryKind::Other;
    entry.size = static_cast<qint64>((quint64 {basic.nFileSizeHigh} << 32) | basic.nFileSizeLow);
    entry.mtimeNs = unixNs(basic.ftLastWriteTime);
    entry.fileId = idOf(handle, basic);
    entry.links = static_cast<int>(qMin<DWORD>(basic.nNumberOfLinks, 1'000'000));
    return entry;
}

Io<std::unique_ptr<IoFile>> wrapRegular(Handle handle)
{
    const auto info = infoOf(handle.get());
    if (!info) {
        return tl::unexpected(info.error());
    }
    if (info->kind != EntryKind::File) {
        return ioFail(IoKind::NotRegular);
    }
    return std::make_unique<WindowsFile>(std::move(handle));
}

std::wstring longPath(const QString &path)
{
    const QString native = QDir::toNativeSeparators(QDir::cleanPath(path));
    if (native.startsWith(QLatin1StringView("\\\\?\\")) || native.startsWith(QLatin1StringView("\\\\.\\"))) {
        return native.toStdWString();
    }
    if (native.startsWith(QLatin1StringView("\\\\"))) {
        return (QLatin1StringView("\\\\?\\UNC\\") + native.sliced(2)).toStdWString();
    }
    return (QLatin1StringView("\\\\?\\") + native).toStdWString();
}

Io<std::unique_ptr<IoFile>> openLocal(const QString &path)
{
    Handle handle =
        openPath(longPath(path), GENERIC_READ, shareAll, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS);
    if (!handle.isOpen()) {
        return lastIoError();
    }
    return wrapRegular(std::move(handle));
}

Io<std::unique_ptr<IoFile>> createLocal(const QString &path)
{
    Handle handle = openPath(longPath(path), GENERIC_WRITE, FILE_SHARE_READ, CREATE_NEW, FILE_ATTRIBUTE_NORMAL);
    if (!handle.isOpen()) {
        return lastIoError();
    }
    return wrapRegular(std::move(handle));
}

Io<void> removeLocal(const QString &path)
{
    if (!DeleteFileW(longPath(path).c_str())) {
        return lastIoError();
    }
    return {};
}

} // namespace dtf
