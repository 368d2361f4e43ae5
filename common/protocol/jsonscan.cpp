// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/jsonscan.h"

#include "common/core/escape.h"

#include <QByteArray>
#include <QChar>
#include <QJsonDocument>
#include <QJsonParseError>

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxNumberLength = 64;

int hexDigit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Walks the text once; an explicit stack of at most maxJsonDepth frames.
class Scanner
{
public:
    explicit Scanner(QByteArrayView text)
        : m_text(text)
    { }

    QString run()
    {
        skipSpace();
        if (peek() != '{') {
            return problem("an object must begin here");
        }
        if (!open()) {
            return m_problem;
        }
        while (m_depth > 0) {
            if (!step()) {
                return m_problem;
            }
        }
        skipSpace();
        return m_at == m_text.size() ? QString() : problem("nothing may follow the object");
    }

private:
    struct Frame
    {
        bool object = false;
        bool empty = true;
        size_t firstKey = 0; ///< of this object in m_keys
    };

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    QString problem(const char *what)
    {
        m_problem = u"byte %1: %2"_s.arg(m_at).arg(QLatin1StringView(what));
        return m_problem;
    }
    bool fails(const char *what)
    {
        problem(what);
        return false;
    }

    void skipSpace()
    {
        while (m_at < m_text.size()
            && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r' || m_text[m_at] == '\t')) {
            ++m_at;
        }
    }

    bool open()
    {
        if (m_depth == maxJsonDepth) {
            return fails("nested too deeply");
        }
        m_stack[size_t(m_depth++)] = Frame {peek() == '{', true, m_keys.size()};
        ++m_at;
        return true;
    }

    bool close()
    {
        ++m_at;
        const Frame &frame = m_stack[size_t(--m_depth)];
        if (!frame.object) {
            return true;
        }
        const auto first = m_keys.begin() + std::ptrdiff_t(frame.firstKey);
        std::sort(first, m_keys.end(), [](QByteArrayView a, QByteArrayView b) { return a.compare(b) < 0; });
        const auto twice = std::adjacent_find(first, m_keys.end(), [](QByteArrayView a, QByteArrayView b) { return a == b; });
        if (twice != m_keys.end()) {
            m_problem = u"byte %1: the key \"%2\" appears twice"_s.arg(m_at).arg(escapedForLog(*twice, 64));
            return false;
        }
        m_keys.erase(first, m_keys.end());
        return true;
    }

    /// One member, one element, or the end of the innermost container.
    bool step()
    {
        Frame &frame = m_stack[size_t(m_depth - 1)];
        skipSpace();
        if (peek() == (frame.object ? '}' : ']')) {
            return close();
        }
        if (!frame.empty) {
            if (peek() != ',') {
                return fails("a comma or the end of the container is missing");
            }
            ++m_at;
            skipSpace();
        }
        frame.empty = false;
        if (++m_values > maxJsonValues) {
            return fails("too many values");
        }
        return (!frame.object || key()) && value();
    }

    bool key()
    {
        const qsizetype begin = m_at + 1;
        bool escaped = false;
        if (!string(escaped, nullptr)) {
            return false;
        }
        if (escaped) { // compared as decoded: "\u0061" is "a"
            QByteArray decoded;
            m_at = begin - 1;
            if (!string(escaped, &decoded)) {
                return false;
            }
            m_decoded.push_back(decoded);
            m_keys.push_back(m_decoded.back());
        } else {
            m_keys.push_back(m_text.sliced(begin, m_at - 1 - begin));
        }
        skipSpace();
        if (peek() != ':') {
            return fails("a colon is missing");
        }
        ++m_at;
        skipSpace();
        return true;
    }

    bool value()
    {
        switch (peek()) {
        case '{':
        case '[':
            return open();
        case '"': {
            bool escaped = false;
            return string(escaped, nullptr);
        }
        case 't':
            return literal("true");
        case 'f':
            return literal("false");
        case 'n':
            return literal("null");
        default:
            return number();
        }
    }

    bool literal(QByteArrayView word)
    {
        if (!m_text.sliced(m_at).startsWith(word)) {
            return fails("no JSON value");
        }
        m_at += word.size();
        return true;
    }

    bool number()
    {
        const qsizetype begin = m_at;
        if (peek() == '-') {
            ++m_at;
        }
        if (!isDigit(peek())) {
            return fails("no JSON value");
        }
        if (peek() == '0') {
            ++m_at;
        } else {
            digits();
        }
        if (peek() == '.') {
            ++m_at;
            if (!digits()) {
                return fails("a digit is missing");
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            ++m_at;
            if (peek() == '+' || peek() == '-') {
                ++m_at;
            }
            if (!digits()) {
                return fails("a digit is missing");
            }
        }
        return m_at - begin <= maxNumberLength || fails("a number is too long");
    }

    bool digits()
    {
        const qsizetype begin = m_at;
        while (isDigit(peek())) {
            ++m_at;
        }
        return m_at > begin;
    }

    /// From the opening to behind the closing quote. `decoded` gets the content as UTF-8 when wanted.
    bool string(bool &escaped, QByteArray *decoded)
    {
        if (peek() != '"') {
            return fails("a text in quotes is missing");
        }
        for (++m_at; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"') {
                ++m_at;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                return fails("a control character in a text");
            }
            if (c == '\\') {
                escaped = true;
                if (!escape(decoded)) {
                    return false;
                }
            } else if (decoded) {
                decoded->append(c);
            }
        }
        return fails("a text has no end");
    }

    /// At the backslash; leaves m_at on the escape's last character.
    bool escape(QByteArray *decoded)
    {
        ++m_at;
        const char c = peek();
        if (c != 'u') {
            static constexpr QByteArrayView names = "\"\\/bfnrt";
            static constexpr QByteArrayView values = "\"\\/\b\f\n\r\t";
            const qsizetype which = c == '\0' ? -1 : names.indexOf(c);
            if (which < 0) {
                return fails("no such escape");
            }
            if (decoded) {
                decoded->append(values[which]);
            }
            return true;
        }
        char32_t unit = 0;
        if (!hexUnit(unit)) {
            return false;
        }
        if (unit == 0) {
            return fails("NUL in a text");
        }
        if (QChar::isLowSurrogate(unit)) {
            return fails("a lone surrogate");
        }
        if (QChar::isHighSurrogate(unit)) {
            char32_t low = 0;
            if (!m_text.sliced(m_at + 1).startsWith("\\u")) {
                return fails("a lone surrogate");
            }
            m_at += 2;
            if (!hexUnit(low)) {
                return false;
            }
            if (!QChar::isLowSurrogate(low)) {
                return fails("a lone surrogate");
            }
            unit = QChar::surrogateToUcs4(char16_t(unit), char16_t(low));
        }
        if (decoded) {
            decoded->append(QString::fromUcs4(&unit, 1).toUtf8());
        }
        return true;
    }

    /// At the 'u'; leaves m_at on the last of four digits.
    bool hexUnit(char32_t &unit)
    {
        if (m_text.size() - m_at < 5) {
            return fails("an escape has no end");
        }
        for (int i = 0; i < 4; ++i) {
            const int digit = hexDigit(m_text[++m_at]);
            if (digit < 0) {
                return fails("four hexadecimal digits are missing");
            }
            unit = unit * 16 + char32_t(digit);
        }
        return true;
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
    int m_depth = 0;
    int m_values = 0;
    std::array<Frame, maxJsonDepth> m_stack {};
    std::vector<QByteArrayView> m_keys; ///< of all open objects, innermost last
    std::deque<QByteArray> m_decoded; ///< owns the keys that had escapes
    QString m_problem;
};

} // namespace

QString jsonProblem(QByteArrayView text)
{
    if (!text.isValidUtf8()) {
        return u"not valid UTF-8"_s;
    }
    return Scanner(text).run();
}

Result<QJsonObject> parseObject(QByteArrayView text, qsizetype maxBytes)
{
    if (text.size() > maxBytes) {
        return fail(ErrorCode::TooLarge, u"%1 bytes of JSON, at most %2 are taken"_s.arg(text.size()).arg(maxBytes));
    }
    if (const QString problem = jsonProblem(text); !problem.isEmpty()) {
        return fail(ErrorCode::ParseError, u"JSON, "_s + problem);
    }
    QJsonParseError error {};
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), text.size()), &error);
    if (error.error != QJsonParseError::NoError || !document.isObject()) { // e.g. 1e400
        return fail(ErrorCode::ParseError, u"JSON, byte %1: %2"_s.arg(error.offset).arg(error.errorString()));
    }
    return document.object();
}

QByteArray toBytes(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace dtf
