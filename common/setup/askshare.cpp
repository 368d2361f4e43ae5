// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/askshare.h"

#include "common/setup/answers.h"

namespace dtf {

using namespace Qt::StringLiterals;

Result<void> askShare(SetupFrame &frame, ShareProofPlan plan)
{
    Question question {u"share"_s, u"The share's folder for DTF (mounted, or a UNC path)?"_s, frame.oldText(u"share.root"_s)};
    question.judge = asFolder;
    for (int i = 0; i < Dialogue::mostTries; ++i) {
        const auto root = frame.dialogue().ask(question);
        if (!root) {
            return tl::unexpected(root.error());
        }
        frame.setText(u"share.root"_s, *root);
        plan.root = *root;
        const auto good = frame.accept(proveShare(plan));
        if (!good) {
            return tl::unexpected(good.error());
        }
        if (*good) {
            return {};
        }
        if (!frame.dialogue().asks() || frame.dialogue().isGiven(u"share"_s)) {
            break;
        }
    }
    return fail(ErrorCode::ShareDown, u"the share can't be used as it is; nothing was changed"_s);
}

} // namespace dtf
