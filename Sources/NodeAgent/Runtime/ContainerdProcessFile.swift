import Crypto
import Foundations

/// Which containerd runs, and with which configuration: written at its start, read at ours.
struct ContainerdProcessFile: Equatable {
  let process: ProcessIdentity
  /// SHA-256 of the configuration, in hexadecimal digits.
  let configurationDigest: String

  init(process: ProcessIdentity, configuration: String) {
    self.init(process: process, configurationDigest: Self.digest(of: configuration))
  }

  private init(process: ProcessIdentity, configurationDigest: String) {
    self.process = process
    self.configurationDigest = configurationDigest
  }

  static func digest(of configuration: String) -> String {
    let digits = Array("0123456789abcdef")
    return String(
      SHA256.hash(data: Array(configuration.utf8)).flatMap {
        [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
      })
  }

  /// `nil` where there is no file, or one that nobody of ours wrote.
  static func read(_ path: String) throws(FileError) -> ContainerdProcessFile? {
    guard let bytes = try DurableFile.read(path) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let id = Int32(words[0]), id > 1, let ticks = UInt64(words[1]) else {
      return nil
    }
    return ContainerdProcessFile(
      process: ProcessIdentity(id: id, startTicks: ticks), configurationDigest: String(words[2]))
  }

  func write(to path: String) throws(FileError) {
    let text = "\(process.id) \(process.startTicks) \(configurationDigest)\n"
    try DurableFile.write(text.utf8, to: path, mode: 0o644)
  }
}
