<?php

// What the pages of this folder begin with.

include_once '../../common.php';
