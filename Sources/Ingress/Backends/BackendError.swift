/// Why an endpoint gave no answer.
enum BackendError: Error, Equatable {
  /// No connection came to stand: nothing was sent.
  case unreachable
  /// As many connections are under way as there may be.
  case full
  /// The connection ended, or spoke no HTTP/1.1.
  case lost
  case timeout
}
