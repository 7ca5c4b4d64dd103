<?php

// Stands where the vendor's class is, so that a page tells if nobody replaced it.

exit('This file was not replaced.');
