import Accounting
import JSON
import Messages

/// The facts of a business whose every customer pays one annual invoice: what speed is measured on.
public struct AnnualBusiness: Sendable {
  private let customers: Int

  /// A business of so many customers.
  public init(customers: Int) {
    self.customers = customers
  }

  /// Tells every fact as a line of JSON, without its end: the settings, then an invoice and its payment for each customer.
  public func tell(_ tell: @escaping ([UInt8]) -> Void) {
    let start = Instant.epoch.advanced(byMicroseconds: 1_704_067_200_000_000)
    tell(SyntheticBusiness.line("settings", "settings.changed", .epoch, Array(#"{"amortization":"day"}"#.utf8)))
    for customer in 0..<customers {
      let moment = start.advanced(byMicroseconds: Int64(customer % 366) * Instant.microsecondsPerDay)
      let teller = Teller(
        customer: "cus_\(customer)", suffix: "\(customer)", moment: moment, tell: tell)
      let amount = Int64(10_000 + customer % 90_000)
      let invoice = InvoiceFinalized(
        invoice: "in_\(customer)", customer: "cus_\(customer)", currency: .usd,
        lines: [
          InvoiceLine(
            line: "il_\(customer)", amount: amount,
            period: ServicePeriod(start: moment, end: Duration(count: 1, unit: .year).after(moment)), product: "plan")
        ])
      teller.say("evt_in_\(customer)", at: moment, .invoiceFinalized(invoice))
      let charge = ChargeSucceeded(
        charge: "ch_\(customer)", currency: .usd, amount: amount, invoice: invoice.invoice,
        customer: "cus_\(customer)")
      teller.say("evt_ch_\(customer)", at: moment, .chargeSucceeded(charge))
    }
  }
}
