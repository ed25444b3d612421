package import Foundations

/// What a reader of a container's log asks for: the API's `PodLogOptions`, as far as it concerns one
/// file.
package struct LogOptions: Equatable, Sendable {
  /// Lines older than this are left out.
  package var since: Timestamp?
  /// The last so many lines, before `since` applies; `nil` for all. Zero is none.
  package var tailLines: Int?
  /// Ends after so many bytes, in the middle of a line if need be; `nil` for no end.
  package var limitBytes: Int?
  /// Puts each line's time before it.
  package var timestamps = false
  package var streams = Set(LogStream.allCases)
  /// Goes on with what is written while it reads.
  package var follow = false

  package init() {}
}

/// Where a container wrote a line.
package enum LogStream: String, CaseIterable, Sendable {
  case stdout
  case stderr
}
