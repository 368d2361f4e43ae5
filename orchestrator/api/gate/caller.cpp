// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/caller.h"

namespace dtf {

QByteArray actorOf(const Principal &who)
{
    switch (who.role) {
    case Role::Viewer:
        return "viewer:" + who.name.toUtf8();
    case Role::Operator:
        return "operator:" + who.name.toUtf8();
    case Role::Node:
        break;
    }
    return "agent:" + who.node.bytes();
}

bool mayUse(Role role, Access access)
{
    switch (access) {
    case Access::Open:
        return true;
    case Access::Node:
        return role == Role::Node;
    case Access::Read:
        return role != Role::Node;
    case Access::Command:
        return role == Role::Operator;
    case Access::Anyone:
        return true;
    }
    return false;
}

} // namespace dtf
