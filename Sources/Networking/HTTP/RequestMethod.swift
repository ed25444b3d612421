/// What a request asks for. Source: RFC 9110, section 9; PATCH: RFC 5789.
package enum RequestMethod: Hashable, Sendable {
  case get, head, post, put, patch, delete, options, connect, trace
  /// A token outside the list above, as it came.
  case other(String)

  package init(_ token: String) {
    switch token {
    case "GET": self = .get
    case "HEAD": self = .head
    case "POST": self = .post
    case "PUT": self = .put
    case "PATCH": self = .patch
    case "DELETE": self = .delete
    case "OPTIONS": self = .options
    case "CONNECT": self = .connect
    case "TRACE": self = .trace
    default: self = .other(token)
    }
  }

  /// The token on the wire.
  package var token: String {
    switch self {
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .patch: "PATCH"
    case .delete: "DELETE"
    case .options: "OPTIONS"
    case .connect: "CONNECT"
    case .trace: "TRACE"
    case .other(let token): token
    }
  }
}
