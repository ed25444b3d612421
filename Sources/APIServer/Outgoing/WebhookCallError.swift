/// Why a call over the network gave no answer. Messages name the URL, and nothing of what was sent.
package struct WebhookCallError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Cause: Equatable, Sendable {
    /// Worded as upstream words it, since people look for it.
    case deadlineExceeded
    case tooManyCalls(max: Int)
    case unreachable(String)
    case redirected(to: String)
    case status(Int, text: String)
    case answerTooLarge(byteCountMax: Int)
    case unreadable(String)
  }

  package let url: String
  package let cause: Cause

  package var description: String {
    switch cause {
    case .deadlineExceeded: "Post \"\(url)\": context deadline exceeded"
    case .tooManyCalls(let max): "Post \"\(url)\": \(max) calls are waiting for it already"
    case .unreachable(let why): "Post \"\(url)\": \(why)"
    case .redirected(let place):
      "Post \"\(url)\": it redirects to \"\(place)\", and redirects are not followed"
    case .status(404, _): "the server could not find the requested resource"
    case .status(let code, let text):
      "an error on the server (\"\(text)\") has prevented the request from succeeding: "
        + "HTTP status \(code)"
    case .answerTooLarge(let max): "Post \"\(url)\": its answer is longer than \(max) bytes"
    case .unreadable(let why): "its answer is no JSON object: \(why)"
    }
  }
}
