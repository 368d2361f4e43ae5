// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/texts.h"

#include <QCoreApplication>

namespace dtf {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Texts)
};

} // namespace

QString textOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal:
        return Texts::tr("Something went wrong inside the program. Please report it with the log.");
    case ErrorCode::InvalidArgument:
        return Texts::tr("A value is not allowed. Correct it and try again.");
    case ErrorCode::IllegalTransition:
        return Texts::tr("This is not possible in its present state.");
    case ErrorCode::NotFound:
        return Texts::tr("There is no such thing. Check the name.");
    case ErrorCode::AlreadyExists:
        return Texts::tr("It exists already.");
    case ErrorCode::Stale:
        return Texts::tr("It has changed meanwhile. Look at it again before you decide.");
    case ErrorCode::Unauthorised:
        return Texts::tr("The orchestrator does not know your token. Ask IT for a valid one.");
    case ErrorCode::Forbidden:
        return Texts::tr("You may not do this. Ask for the operator role if you need it.");
    case ErrorCode::TooLarge:
        return Texts::tr("It is too large.");
    case ErrorCode::TooMany:
        return Texts::tr("Too much is going on at once. Try again in a minute.");
    case ErrorCode::Timeout:
        return Texts::tr("No answer in time. Try again; if it stays so, check the machine and the network.");
    case ErrorCode::Unavailable:
        return Texts::tr("It can't be reached. Check that it runs and that the network is up.");
    case ErrorCode::ParseError:
        return Texts::tr("The answer can't be understood. Check the address and the versions of both programs.");
    case ErrorCode::VersionMismatch:
        return Texts::tr("The versions of the programs do not fit together. Update the older one.");
    case ErrorCode::Untrusted:
        return Texts::tr("Its certificate is not trusted. Compare its fingerprint with IT before you go on.");
    case ErrorCode::ShareDown:
        return Texts::tr("The file share can't be used. Check the file server and the network.");
    case ErrorCode::ShareWrong:
        return Texts::tr("This is another file share than before. Check what is mounted.");
    case ErrorCode::ReadOnly:
        return Texts::tr("The folder can't be written. Check its permissions.");
    case ErrorCode::NoSpace:
        return Texts::tr("The disk is full. Make room and try again.");
    case ErrorCode::PermissionDenied:
        return Texts::tr("The permissions do not allow it. Check the account and the folder.");
    case ErrorCode::Busy:
        return Texts::tr("The file is in use by another program. Close it or wait.");
    case ErrorCode::IoError:
        return Texts::tr("Reading or writing failed. Check the disk and the share.");
    case ErrorCode::CrossDevice:
        return Texts::tr("The folders lie on different disks. They must be on one share.");
    case ErrorCode::NotRegular:
        return Texts::tr("It is not an ordinary file.");
    case ErrorCode::Changed:
        return Texts::tr("The file's content has changed. Have it sent again.");
    case ErrorCode::StoreFailed:
        return Texts::tr("The orchestrator can't save its records. Check the disk of its machine.");
    case ErrorCode::ChainBroken:
        return Texts::tr("The audit has been altered or damaged. Tell IT at once.");
    case ErrorCode::SpawnFailed:
        return Texts::tr("The program could not be started. Check its path and permissions.");
    case ErrorCode::BrowserGone:
        return Texts::tr("The browser went away. Look at the node's desktop.");
    case ErrorCode::Cancelled:
        return Texts::tr("It was cancelled.");
    }
    return {};
}

} // namespace dtf
