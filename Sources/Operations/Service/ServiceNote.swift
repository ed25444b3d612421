import Foundations
import NodeAgent

/// What a supervisor in the background is, and runs: written at its start, read by later commands.
struct ServiceNote: Equatable {
  let supervisor: ProcessIdentity
  let arguments: [String]

  /// `nil` where there is no file, or one that nobody of ours wrote.
  static func read(_ path: String) throws(FileError) -> ServiceNote? {
    guard let bytes = try DurableFile.read(path) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 2, let id = Int32(words[0]), id > 1, let ticks = UInt64(words[1]) else {
      return nil
    }
    return ServiceNote(
      supervisor: ProcessIdentity(id: id, startTicks: ticks), arguments: Array(lines.dropFirst()))
  }

  func write(to path: String) throws(FileError) {
    let lines = ["\(supervisor.id) \(supervisor.startTicks)"] + arguments
    try DurableFile.write((lines.joined(separator: "\n") + "\n").utf8, to: path, mode: 0o644)
  }
}
