// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/evidence/zipfile.h"

#include <QFile>

#ifdef DTF_ZIP
#include <zip.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

#ifdef DTF_ZIP

namespace {

QString wordsOf(const QString &path, const char *words)
{
    return u"%1 can't be written: %2. Choose another folder."_s.arg(path, QString::fromLocal8Bit(words));
}

} // namespace

bool canWriteZip()
{
    return true;
}

Result<void> writeZip(const QString &path, const QList<ZipEntry> &entries, const std::atomic_bool &stop)
{
    int code = 0;
    zip_t *archive = zip_open(path.toUtf8().constData(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (!archive) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const QString words = wordsOf(path, zip_error_strerror(&error));
        zip_error_fini(&error);
        return fail(ErrorCode::Unavailable, words);
    }
    const auto refuse = [&] {
        const QString words = wordsOf(path, zip_strerror(archive));
        zip_discard(archive); // nothing is written before zip_close()
        return fail(ErrorCode::Unavailable, words);
    };
    for (const ZipEntry &entry : entries) {
        zip_source_t *source = // -1: to its end
            zip_source_file(archive, entry.path.toUtf8().constData(), 0, -1);
        if (!source) {
            return refuse();
        }
        if (zip_file_add(archive, entry.name.toUtf8().constData(), source, ZIP_FL_ENC_UTF_8) < 0) {
            zip_source_free(source);
            return refuse();
        }
    }
    const auto stopped = [](zip_t *, void *flag) { return int(static_cast<const std::atomic_bool *>(flag)->load()); };
    zip_register_cancel_callback_with_state(archive, stopped, nullptr, const_cast<std::atomic_bool *>(&stop));
    if (zip_close(archive) != 0) { // into a temporary file beside it, then renamed
        return refuse();
    }
    return {};
}

#else

bool canWriteZip()
{
    return false;
}

Result<void> writeZip(const QString &, const QList<ZipEntry> &, const std::atomic_bool &)
{
    return fail(ErrorCode::Unavailable, u"this program was built without libzip and can't write archives"_s);
}

#endif

} // namespace dtf
