//! The setters of optional fields: a request is made by `new` from what it needs, and each setter adds one thing more.

/// Implements a setter for each field, named as the field. `:` sets an `Option`, `=` a field that has a default.
macro_rules! setters {
    ($request:ident { $($field:ident $kind:tt $value:ty),+ $(,)? }) => {
        impl $request {
            $(
                #[doc = concat!(
                    "Sets [`", stringify!($field), "`](field@", stringify!($request), "::", stringify!($field), ")."
                )]
                #[must_use = "a setter returns the changed value"]
                pub fn $field(mut self, $field: $value) -> $request {
                    $crate::typed::setters::setters!(@set $kind self.$field, $field);
                    self
                }
            )+
        }
    };
    (@set : $place:expr, $value:expr) => { $place = Some($value.into()) };
    (@set = $place:expr, $value:expr) => { $place = $value.into() };
}
pub(super) use setters;
