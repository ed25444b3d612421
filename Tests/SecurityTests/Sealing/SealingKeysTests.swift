import Foundation
import Foundations
import Testing

@testable import Security

@Suite struct SealingKeysTests {
  private let place = Array("/secrets/default/a".utf8)
  private let value = Array("a password".utf8)

  @Test("what is sealed opens again, looks different each time, and holds nothing of the value")
  func roundTrip() throws {
    let keys = SealingKeys([.random()])
    let sealed = try keys.sealed(value, at: place)
    #expect(try keys.opened(sealed, at: place) == value)
    #expect(try keys.sealed(value, at: place) != sealed)
    #expect(sealed.count == value.count + 2 + 4 + 12 + 16)
    #expect(!String(decoding: sealed, as: UTF8.self).contains("password"))
    #expect(keys.isCurrent(sealed) && !keys.isCurrent(value))
  }

  @Test("an empty value and a large one", arguments: [0, 3 << 20])
  func sizes(_ count: Int) throws {
    let keys = SealingKeys([.random()])
    let value = [UInt8](repeating: 9, count: count)
    #expect(try keys.opened(keys.sealed(value, at: place), at: place) == value)
  }

  @Test("a value from before there were keys comes back as it is")
  func unsealed() throws {
    let keys = SealingKeys([.random()])
    #expect(try keys.opened(value, at: place) == value)
    #expect(try keys.opened([], at: place) == [])
  }

  @Test("older keys open, and do not seal")
  func rotation() throws {
    let old = SealingKeys([.random()])
    let sealed = try old.sealed(value, at: place)
    let both = SealingKeys([.random()] + old.keys)
    #expect(try both.opened(sealed, at: place) == value)
    #expect(!both.isCurrent(sealed))
    let new = SealingKeys([both.keys[0]])
    let id = SealingKey.text(ofID: old.keys[0].id)
    #expect(throws: SealingError.keyMissing(id)) { try new.opened(sealed, at: place) }
    #expect(try new.opened(both.sealed(value, at: place), at: place) == value)
  }

  @Test("whatever byte is changed, and wherever it is moved, it does not open")
  func forgeries() throws {
    let keys = SealingKeys([.random()])
    let sealed = try keys.sealed(value, at: place)
    #expect(throws: SealingError.changed) { try keys.opened(sealed, at: place + [1]) }
    for position in 6..<sealed.count {
      var forged = sealed
      forged[position] ^= 1
      #expect(throws: SealingError.changed) { try keys.opened(forged, at: place) }
    }
    for count in 6..<sealed.count {
      #expect(throws: SealingError.changed) {
        try keys.opened(Array(sealed.prefix(count)), at: place)
      }
    }
  }
}

@Suite struct SealingKeyFileTests {
  private func withFile(_ body: (SealingKeyFile) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "martlet-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: directory) } }
    try body(SealingKeyFile(directory.appending(path: "secrets.keys").path))
  }

  @Test("a key is made once, for its owner only")
  func first() throws {
    try withFile { file in
      #expect(try file.read() == nil)
      #expect(try file.addKey() == nil)
      let made = try file.prepare()
      #expect(try file.prepare().keys.map(\.id) == made.keys.map(\.id))
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("a new key stands in front; those behind it are forgotten, those before it stay")
  func rotation() throws {
    try withFile { file in
      let first = try file.prepare().keys[0].id
      let second = try #require(try file.addKey()).keys[0].id
      let third = try #require(try file.addKey()).keys[0].id
      #expect(try file.read()?.keys.map(\.id) == [third, second, first])
      try file.forgetKeys(behind: second)
      #expect(try file.read()?.keys.map(\.id) == [third, second])
      try file.forgetKeys(behind: first)
      #expect(try file.read()?.keys.map(\.id) == [third, second])
    }
  }

  @Test("what it reads again opens what was sealed before")
  func persistence() throws {
    try withFile { file in
      let sealed = try file.prepare().sealed([1, 2, 3], at: [4])
      #expect(try #require(try file.read()).opened(sealed, at: [4]) == [1, 2, 3])
    }
  }

  @Test(
    "a damaged file is refused, told of without its keys, and never replaced",
    arguments: ["", "\n", "0a1b2c3d\n", "0a1b2c3d c2hvcnQ=\n", "xyz1xyz1 \(key)\n", "0a \(key)\n"])
  func damaged(_ text: String) throws {
    try withFile { file in
      try DurableFile.write(text.utf8, to: file.path, mode: 0o600)
      let error = #expect(throws: CredentialError.self) { try file.prepare() }
      #expect(try #require(error).description.contains("restore it from a backup"))
      #expect(try DurableFile.read(file.path) == Array(text.utf8))
    }
  }
}

private let key = Data(repeating: 1, count: 32).base64EncodedString()
