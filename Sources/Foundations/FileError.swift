#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file operation that the system refused, told with what to do about it.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A verb: `read`, `write`, `make directory`.
  package let operation: String
  package let path: String
  /// `errno`.
  package let code: Int32

  package init(_ operation: String, _ path: String, _ code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  package var description: String {
    "cannot \(operation) \(path): \(Self.reason(code))\(remedy.map { "; \($0)" } ?? "")"
  }

  /// The system's words for an `errno`.
  package static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private var remedy: String? {
    switch code {
    case ENOSPC, EDQUOT: "free some space on that file system"
    case EACCES, EPERM: "run martlet as root, or choose a directory that this user may write"
    case EROFS: "choose a directory on a file system that can be written"
    case ENOTDIR: "a part of the path is a file where a directory is needed"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    default: nil
    }
  }
}
