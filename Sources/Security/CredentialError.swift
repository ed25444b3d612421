package import Foundations

/// What keeps the cluster's keys and certificates from being used. Each reads as one sentence that
/// ends with the way out, and none holds key material.
package enum CredentialError: Error, Equatable, Sendable {
  case notACertificate(String)
  case notAPrivateKey
  case keyOfAnotherCertificate
  /// Earlier than any release of this program.
  case clockImplausible(now: Timestamp)
  case authorityNotYetValid(path: String, since: Timestamp, now: Timestamp)
  case authorityExpired(path: String, since: Timestamp, now: Timestamp)
  /// It would sign what has ended already.
  case authorityEnded(since: Timestamp)
  /// One of the two files of an authority is gone.
  case authorityIncomplete(missing: String)
  /// A file holds something else than it should.
  case fileUnusable(path: String, reason: String)
  case file(FileError)
}

extension CredentialError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notACertificate(let reason): "this is no PEM certificate: \(reason)"
    case .notAPrivateKey: "this is no private key in PEM that can be used here"
    case .keyOfAnotherCertificate: "the private key does not belong to the certificate"
    case .clockImplausible(let now):
      "the system clock says \(now), which cannot be: set it (timedatectl set-ntp true, or "
        + "date -s) and start again"
    case .authorityNotYetValid(let path, let since, let now):
      "the system clock says \(now), but the CA certificate \(path) begins at \(since): set the "
        + "clock (timedatectl set-ntp true, or date -s) and start again"
    case .authorityExpired(let path, let since, let now):
      "the CA certificate \(path) ended at \(since) and the system clock says \(now): set the "
        + "clock if it is wrong; otherwise remove that file and its key, start again, and hand out "
        + "the new kubeconfig"
    case .authorityEnded(let since):
      "the CA ended at \(since) and signs nothing until it is renewed"
    case .authorityIncomplete(let missing):
      "\(missing) is missing and its other half is there: restore it from a backup, or remove both "
        + "to let martlet make a new CA that every client has to be given"
    case .fileUnusable(let path, let reason):
      "\(path) cannot be used: \(reason); restore it from a backup"
    case .file(let error): "\(error)"
    }
  }
}
