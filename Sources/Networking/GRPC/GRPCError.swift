/// A call that ended without its answer.
package struct GRPCError: Error, Equatable, Sendable {
  /// Source: gRPC, "Status codes and their use in gRPC". Codes that nobody here branches on have
  /// no name.
  package struct Code: Equatable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let ok = Code(rawValue: 0)
    package static let unknown = Code(rawValue: 2)
    package static let deadlineExceeded = Code(rawValue: 4)
    package static let notFound = Code(rawValue: 5)
    package static let resourceExhausted = Code(rawValue: 8)
    package static let unimplemented = Code(rawValue: 12)
    package static let unavailable = Code(rawValue: 14)
  }

  package let code: Code
  package let message: String

  package init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}
