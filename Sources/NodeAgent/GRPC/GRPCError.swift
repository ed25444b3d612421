/// A call that ended without its answer.
struct GRPCError: Error, Equatable {
  /// Source: gRPC, "Status codes and their use in gRPC". Codes that nobody here branches on have
  /// no name.
  struct Code: Equatable {
    let rawValue: Int

    static let ok = Code(rawValue: 0)
    static let unknown = Code(rawValue: 2)
    static let deadlineExceeded = Code(rawValue: 4)
    static let notFound = Code(rawValue: 5)
    static let resourceExhausted = Code(rawValue: 8)
    static let unimplemented = Code(rawValue: 12)
    static let unavailable = Code(rawValue: 14)
  }

  let code: Code
  let message: String
}
