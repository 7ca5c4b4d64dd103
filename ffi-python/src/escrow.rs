//! Escrow deliveries: a dataclass of `xpayclient.escrow` becomes the core's `Delivery`.

use pyo3::prelude::*;
use xpayclient_core::escrow::{Delivery, Event, Received, Sent};
use xpayclient_core::time::PrimitiveDateTime;

use crate::from_python::{FromPython, attribute, class_name, from_attributes, refused};

from_attributes! {
    Sent(date: PrimitiveDateTime, company_code: String, number: String) { company, worker, worker_phone }
    Received(date: PrimitiveDateTime) { name, relation }
}

impl FromPython for Delivery {
    fn from_python(object: &Bound<'_, PyAny>, _: &str) -> PyResult<Delivery> {
        let event = match class_name(object)?.as_str() {
            "Sent" => Event::Sent(Sent::from_python(object, "")?),
            "Received" => Event::Received(Received::from_python(object, "")?),
            other => {
                return Err(refused(
                    object.py(),
                    "delivery",
                    format!("must be Sent or Received, not {other}"),
                ));
            }
        };
        let mut delivery = Delivery::new(attribute::<String>(object, "oid")?, event);
        delivery.product_id = attribute(object, "product_id")?;
        delivery.order_date = attribute(object, "order_date")?;
        Ok(delivery)
    }
}
