import FoundationEssentials

/// Requests that `openssl req -new` made for one key, with the subjects that their names say.
enum SampleRequest {
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg52AHSAodyRKf0ny+
    LaLhkioHRZUBtR26MScddqTuWLyhRANCAAS2xudTUNRvZ56ihVecoB4LolrvBjFB
    APrnRq8jO7vrZkGF03UZzW0X2O/Iue8OVyKsAiDrn/SD8G9XF4+cr5mp
    -----END PRIVATE KEY-----
    """
  /// `O=developers, CN=jane`
  static let jane = """
    -----BEGIN CERTIFICATE REQUEST-----
    MIHfMIGGAgEAMCQxEzARBgNVBAoMCmRldmVsb3BlcnMxDTALBgNVBAMMBGphbmUw
    WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS2xudTUNRvZ56ihVecoB4LolrvBjFB
    APrnRq8jO7vrZkGF03UZzW0X2O/Iue8OVyKsAiDrn/SD8G9XF4+cr5mpoAAwCgYI
    KoZIzj0EAwIDSAAwRQIga1jhKGQ5R8sVGSkZp5yrACuVfScYXXoELtv0miPO+eUC
    IQCGDvzNJxoauqzbo6rW8apRuTqM53wXN/OATCv6rCnlzQ==
    -----END CERTIFICATE REQUEST-----
    """
  /// `O=system:masters, CN=eve`
  static let eve = """
    -----BEGIN CERTIFICATE REQUEST-----
    MIHhMIGJAgEAMCcxFzAVBgNVBAoMDnN5c3RlbTptYXN0ZXJzMQwwCgYDVQQDDANl
    dmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS2xudTUNRvZ56ihVecoB4Lolrv
    BjFBAPrnRq8jO7vrZkGF03UZzW0X2O/Iue8OVyKsAiDrn/SD8G9XF4+cr5mpoAAw
    CgYIKoZIzj0EAwIDRwAwRAIgUT1wGYRt4dNY3q3csss6cGZbnOkd5XtPMW6k5gZc
    qJUCICBCgiqkGF5BcCmxdrR0+kAODuA5c8gOG9LBKBdZAkW6
    -----END CERTIFICATE REQUEST-----
    """
  /// `O=system:nodes, CN=system:node:one`
  static let node = """
    -----BEGIN CERTIFICATE REQUEST-----
    MIHsMIGTAgEAMDExFTATBgNVBAoMDHN5c3RlbTpub2RlczEYMBYGA1UEAwwPc3lz
    dGVtOm5vZGU6b25lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtsbnU1DUb2ee
    ooVXnKAeC6Ja7wYxQQD650avIzu762ZBhdN1Gc1tF9jvyLnvDlcirAIg65/0g/Bv
    VxePnK+ZqaAAMAoGCCqGSM49BAMCA0gAMEUCIBxdF7AkkAZlEbZroBcq6o182EUw
    lJcQyqCazb+bDpltAiEA9XXyi0MXIrbEGGZBUC7B5JEDB7xsecQsRBoUN0/mUMY=
    -----END CERTIFICATE REQUEST-----
    """
  /// As `node`, with the names `one` and `10.0.0.1`.
  static let serving = """
    -----BEGIN CERTIFICATE REQUEST-----
    MIIBEzCBugIBADAxMRUwEwYDVQQKDAxzeXN0ZW06bm9kZXMxGDAWBgNVBAMMD3N5
    c3RlbTpub2RlOm9uZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLbG51NQ1G9n
    nqKFV5ygHguiWu8GMUEA+udGryM7u+tmQYXTdRnNbRfY78i57w5XIqwCIOuf9IPw
    b1cXj5yvmamgJzAlBgkqhkiG9w0BCQ4xGDAWMBQGA1UdEQQNMAuCA29uZYcECgAA
    ATAKBggqhkjOPQQDAgNIADBFAiEA8sXv4DQczcT7EClNruyJAy/3THlUXnwBsbIM
    WewlSDUCIGgJOa0lbcz1Oshif9XZlpM1zwRgx+p2xDS66A59/UQn
    -----END CERTIFICATE REQUEST-----
    """

  static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
