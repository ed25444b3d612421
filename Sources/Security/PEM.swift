import FoundationEssentials
import Foundations
import SwiftASN1
import X509

/// Reads and writes the textual form of certificates and keys (RFC 7468).
enum PEM {
  /// Every certificate of the text, in order: at least one. Anything else in it is refused.
  static func certificates(_ text: [UInt8]) throws(CredentialError) -> [Certificate] {
    do {
      let documents = try PEMDocument.parseMultiple(pemString: try string(text))
      guard !documents.isEmpty else { throw CredentialError.notACertificate("no PEM in it") }
      return try documents.map { try Certificate(pemDocument: $0) }
    } catch let error as CredentialError {
      throw error
    } catch {
      throw .notACertificate("\(error)")
    }
  }

  /// The parser's own words are dropped: they could quote what they read.
  static func privateKey(_ text: Redacted<[UInt8]>) throws(CredentialError)
    -> Certificate.PrivateKey
  {
    do {
      return try Certificate.PrivateKey(pemEncoded: try string(text.exposed))
    } catch {
      throw .notAPrivateKey
    }
  }

  static func text(_ certificate: Certificate) throws -> [UInt8] {
    Array("\(try certificate.serializeAsPEM().pemString)\n".utf8)
  }

  static func text(_ key: Certificate.PrivateKey) throws -> Redacted<[UInt8]> {
    Redacted(Array("\(try key.serializeAsPEM().pemString)\n".utf8))
  }

  private static func string(_ text: [UInt8]) throws(CredentialError) -> String {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw .notACertificate("it is not text")
    }
    return string
  }
}

extension Timestamp {
  init(_ date: Date) {
    self.init(seconds: Int64(date.timeIntervalSince1970.rounded(.down)))
  }

  /// To the second, as certificates have it.
  var date: Date { Date(timeIntervalSince1970: Double(seconds)) }
}
