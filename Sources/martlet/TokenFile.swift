import Foundations
import Security

/// The file that `--token-file` names. Read once, at start.
enum TokenFile {
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "token-file \(path): \(reason)" }
  }

  static func read(_ path: String) throws -> StaticTokens {
    guard let bytes = try DurableFile.read(path) else {
      throw Failure(path: path, reason: "there is no such file")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(path: path, reason: "it is no text")
    }
    do throws(StaticTokens.LineError) {
      return try StaticTokens(text: text)
    } catch {
      throw Failure(path: path, reason: "\(error)")
    }
  }
}
